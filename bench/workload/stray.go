package workload

import (
	"errors"

	"lwbench/allocators"
	"lwbench/mmu"
)

// stray passes handles between CPUs: allocated on one, touched on others, freed on the last. This is the purpose of
// an lwbuf's mask, and it distinguishes lwbuf-submitted from lwbuf.
func stray() *Workload {
	return &Workload{
		Name: "stray",
		Doc:  "a handle allocated on one CPU, touched there and on others in turn, freed on the last: the purpose of a cpumask",
		Params: []Param{
			{Name: "stray.hops", Doc: "other CPUs that each handle visits", Kind: Int, Default: "2", Min: 0, Max: 64},
			{Name: "stray.pages", Doc: "pages in the working set of the machine", Kind: Int, Default: "256", Min: 1, Max: 1e6},
			{Name: "stray.near", Doc: "a hop goes to one of this many next CPUs", Kind: Int, Default: "3", Min: 1, Max: 1024},
			{Name: "stray.live", Doc: "most handles that a CPU has in flight", Kind: Int, Default: "4", Min: 1, Max: 4096},
			{Name: "stray.gap", Doc: "cycles of other work before each handle, on average", Kind: Int, Default: "200", Min: 0, Max: 1e9},
			gapParam("stray"),
		},
		Needs: func(*Cell) Needs { return Needs{Moves: true} },
		Setup: func(cell *Cell) (Body, error) {
			hops, pages := cell.int("stray.hops"), cell.int("stray.pages")
			s := newStrays(cell, "stray", pages)
			s.near = cell.int("stray.near")
			s.draw = func(e *Env) (int, int) { return e.Rand().IntN(pages), hops }
			return s.body, nil
		},
	}
}

type strays struct {
	cell              *Cell
	near, live, first int
	gap               mmu.Cycles // without it the CPUs fall into step: all send, then all wait
	patience          mmu.Cycles // wait before retrying an alloc that found nothing
	peers             peers
	draw              func(*Env) (page, hops int) // of the next handle
}

// newStrays reads the parameters that all workloads of strays have, and adds their pages to the machine.
func newStrays(cell *Cell, name string, pages int) *strays {
	m := cell.Machine
	return &strays{
		cell: cell, near: m.NCPU(), live: cell.int(name + ".live"), first: m.AddPages(pages),
		gap: cell.cycles(name + ".gap"), patience: m.Spec().SMP.RunAhead(), peers: peers{left: m.NCPU()},
	}
}

// visit is a handle in transit, with the number of remaining hops.
type visit struct {
	h    *Handle
	hops int
	home int
}

// home is the message to a CPU that one of its handles has been freed.
type home struct{}

func (s *strays) body(e *Env) error {
	under := 0
	for e.Next() {
		e.Gap(s.gap)
		for under >= s.live {
			if err := s.serve(e, &under); err != nil {
				return err
			}
		}
		page, hops := s.draw(e)
		h, err := s.alloc(e, s.cell.Machine.Page(s.first+page), &under)
		if err != nil {
			return err
		}
		e.Store(h)
		e.Load(h)
		under++
		s.pass(e, &visit{h: h, hops: hops, home: e.CPU().ID()})
		if err := s.drain(e, &under); err != nil {
			return err
		}
	}
	for under > 0 {
		if err := s.serve(e, &under); err != nil {
			return err
		}
	}
	return s.peers.end(e, func(msg any) { s.take(e, msg, &under) })
}

// alloc maps pg. While nothing is free it serves the handles on this CPU: asleep in Alloc it would hold the very ones
// that others wait for.
func (s *strays) alloc(e *Env, pg *mmu.Page, under *int) (*Handle, error) {
	for {
		h, err := e.Alloc(pg, allocators.NoWait)
		if !errors.Is(err, allocators.ErrNoBuf) {
			return h, err
		}
		if msg, ok := e.cpu.RecvUntil(e.cpu.Now() + s.patience); ok {
			s.take(e, msg, under)
		}
	}
}

// pass sends a handle to its next CPU, or frees it here and notifies its home.
func (s *strays) pass(e *Env, v *visit) {
	c, n := e.CPU(), e.NCPU()
	if v.hops == 0 || n == 1 {
		e.Free(v.h)
		c.Send(v.home, home{})
		return
	}
	v.hops--
	c.Send((c.ID()+1+e.Rand().IntN(min(s.near, n-1)))%n, v)
}

// drain handles messages that have arrived, without waiting.
func (s *strays) drain(e *Env, under *int) error {
	for {
		msg, ok := e.CPU().Recv()
		if !ok {
			return nil
		}
		s.take(e, msg, under)
	}
}

func (s *strays) serve(e *Env, under *int) error {
	msg, err := e.wait()
	if err == nil {
		s.take(e, msg, under)
	}
	return err
}

func (s *strays) take(e *Env, msg any, under *int) {
	switch msg := msg.(type) {
	case *visit:
		e.Load(msg.h)
		e.Store(msg.h)
		s.pass(e, msg)
	case home:
		*under--
	}
}
