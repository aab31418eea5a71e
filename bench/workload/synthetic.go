package workload

import (
	"errors"
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
)

// synthetic models no particular kernel: every property that could matter is a separate parameter. A CPU makes
// requests: it maps some pages, touches each, holds them all for a while and frees them. Some are also touched by
// another CPU (strays), some are freed there.
//
// The draws do not depend on the design: all draws of a request are made before its first Alloc. A request that finds
// nothing free continues with the pages that it has and takes the others afterwards, so that none waits while it
// holds pages. Only the first page of a request may sleep in Alloc, and only if no handle leaves its CPU: otherwise
// others may need this CPU to return theirs, and it serves them between tries, which are counted as failed.
func synthetic() *Workload {
	return &Workload{
		Name: "synthetic",
		Doc:  "a configurable pattern: working set, popularity, hold time, strays, frees on other CPUs, pages per request",
		Params: []Param{
			{Name: "synthetic.pages", Doc: "pages in the working set of the machine", Kind: Int, Default: "1024", Min: 1, Max: 1 << 22},
			{Name: "synthetic.zipf", Doc: "exponent of the pages' popularity; 0 is uniform", Kind: Float, Default: "1", Min: 0, Max: 4},
			{Name: "synthetic.hold", Doc: "cycles for which a request's pages are held, idle", Kind: Int, Default: "0", Min: 0, Max: 1e12},
			{Name: "synthetic.stray", Doc: "share of the mappings that another CPU also touches", Kind: Float, Default: "0", Min: 0, Max: 1},
			{Name: "synthetic.away", Doc: "share of the mappings that another CPU frees", Kind: Float, Default: "0", Min: 0, Max: 1},
			{Name: "synthetic.batch", Doc: "pages in a request, mapped together", Kind: Int, Default: "1", Min: 1, Max: 256},
			{Name: "synthetic.span", Doc: "pages that one mapping covers, at contiguous addresses", Kind: Int, Default: "1", Min: 1, Max: 64},
			{Name: "synthetic.private", Doc: "1: mapped for the allocating CPU only; 0: for all", Kind: Int, Default: "0", Min: 0, Max: 1},
			{Name: "synthetic.write", Doc: "share of the mappings that are written through, the others are read", Kind: Float, Default: "0.5", Min: 0, Max: 1},
			{Name: "synthetic.bytes", Doc: "bytes copied of each page at each touch", Kind: Int, Default: "4096", Min: 0, Max: 4096},
			{Name: "synthetic.gap", Doc: "cycles of other work between requests, on average", Kind: Int, Default: "500", Min: 0, Max: 1e9},
			gapParam("synthetic"),
		},
		Check: checkSynthetic,
		Needs: func(c *Cell) Needs {
			return Needs{
				Moves:    c.float("synthetic.stray") > 0 || c.float("synthetic.away") > 0,
				Sleeps:   c.float("synthetic.hold") > 0,
				AnyOrder: c.float("synthetic.batch") > 1,
				Pages:    c.int("synthetic.span"),
			}
		},
		Setup: func(cell *Cell) (Body, error) {
			s := &requests{
				cell: cell, batch: cell.int("synthetic.batch"), bytes: cell.int("synthetic.bytes"),
				stray: cell.float("synthetic.stray"), away: cell.float("synthetic.away"), write: cell.float("synthetic.write"),
				hold: cell.cycles("synthetic.hold"), gap: cell.cycles("synthetic.gap"),
				popular:  newZipf(cell.int("synthetic.pages")/cell.int("synthetic.span"), cell.float("synthetic.zipf")),
				patience: cell.Machine.Spec().SMP.RunAhead(),
			}
			if cell.int("synthetic.private") == 1 {
				s.flags = allocators.Private
			}
			s.first = cell.Machine.AddPages(cell.int("synthetic.pages"))
			s.extents(cell.int("synthetic.pages"), cell.int("synthetic.span"))
			s.peers.left = cell.Machine.NCPU()
			return s.body, nil
		},
	}
}

// checkSynthetic rejects what no kernel allows, another CPU's touch of a private mapping, and a span beyond the working set.
func checkSynthetic(values Values) error {
	c := &Cell{Params: values}
	if span, pages := c.int("synthetic.span"), c.int("synthetic.pages"); span > pages {
		return fmt.Errorf("synthetic.span=%d with synthetic.pages=%d: a mapping cannot cover more pages than there are: choose at most %d",
			span, pages, pages)
	}
	if c.int("synthetic.private") == 1 && c.float("synthetic.stray") > 0 {
		return fmt.Errorf("synthetic.stray=%s with synthetic.private=1: only its own CPU may touch a private mapping: choose one of the two",
			values["synthetic.stray"])
	}
	return nil
}

type requests struct {
	cell               *Cell
	batch, bytes       int
	stray, away, write float64
	hold, gap          mmu.Cycles
	popular            *zipf
	patience           mmu.Cycles // wait before retrying an alloc that found nothing
	flags              allocators.Flags
	first              int
	spans              [][]*mmu.Page // what each mapping covers; nil where that is one page
	peers              peers
}

// extents divides the working set into spans of several pages; what is left over is not used.
func (s *requests) extents(pages, span int) {
	for at := 0; span > 1 && at+span <= pages; at += span {
		s.spans = append(s.spans, s.cell.Machine.AppendPages(nil, s.first+at, span))
	}
}

// alloc maps what a plan covers.
func (s *requests) alloc(e *Env, p *plan, f allocators.Flags) (*Handle, error) {
	if s.spans != nil {
		return e.AllocPages(s.spans[p.span], f)
	}
	return e.Alloc(e.cell.Machine.Page(s.first+p.span), f)
}

// plan holds the draws for one mapping.
type plan struct {
	span        int // which of the spans; where they are pages, which page
	write       bool
	stray, away bool
	other       int // the CPU that touches or frees it
}

// errand is a mapping for another CPU to touch, free, or both. It is returned unless it was freed there.
type errand struct {
	plan
	h    *Handle
	home int
}

// done is the message to the home of a mapping that another CPU has freed it.
type done struct{}

func (s *requests) body(e *Env) error {
	if s.bytes >= warmBytes {
		e.WarmShared(s.first, s.cell.int("synthetic.pages"), true)
	}
	todo, held := make([]plan, 0, s.batch), make([]*errand, 0, s.batch)
	for {
		todo = todo[:0]
		for len(todo) < s.batch && e.Next() {
			todo = append(todo, s.draw(e))
		}
		if len(todo) == 0 {
			return s.peers.end(e, func(msg any) { s.serve(e, msg) })
		}
		e.Gap(s.gap)
		for rest := todo; len(rest) > 0; {
			var err error
			if held, err = s.take(e, rest, held[:0]); err != nil {
				return err
			}
			rest = rest[len(held):]
			if err := s.giveBack(e, held); err != nil {
				return err
			}
		}
	}
}

func (s *requests) draw(e *Env) plan {
	r, n := e.Rand(), e.NCPU()
	p := plan{span: s.popular.draw(r), write: r.Float64() < s.write, stray: r.Float64() < s.stray, away: r.Float64() < s.away}
	p.other = (e.CPU().ID() + 1 + r.IntN(max(1, n-1))) % n
	return p
}

// take maps, touches and holds as many of the planned pages as there are free mappings, at least one.
func (s *requests) take(e *Env, plans []plan, held []*errand) ([]*errand, error) {
	for _, p := range plans {
		flags := s.flags
		if len(held) > 0 || s.stray > 0 || s.away > 0 {
			flags |= allocators.NoWait
		}
		h, err := s.alloc(e, &p, flags)
		for errors.Is(err, allocators.ErrNoBuf) && len(held) == 0 && flags&allocators.NoWait != 0 {
			s.serveUntil(e, e.CPU().Now()+s.patience)
			h, err = s.alloc(e, &p, flags)
		}
		if errors.Is(err, allocators.ErrNoBuf) && len(held) > 0 {
			break
		}
		if err != nil {
			return held, err
		}
		e.Copy(h, s.bytes, p.write)
		held = append(held, &errand{plan: p, h: h, home: e.CPU().ID()})
	}
	if s.hold > 0 {
		s.serveUntil(e, e.CPU().Now()+s.hold)
	}
	return held, nil
}

// giveBack frees the mappings, here or on the planned CPU, and returns when all are freed.
func (s *requests) giveBack(e *Env, held []*errand) error {
	c := e.CPU()
	out := 0
	for _, x := range held {
		if x.other != c.ID() && (x.stray || x.away) {
			c.Send(x.other, x)
			out++
			continue
		}
		e.Free(x.h)
	}
	for out > 0 {
		msg, err := e.wait()
		if err != nil {
			return err
		}
		if s.serve(e, msg) {
			out--
		}
	}
	return nil
}

// serve handles msg and reports whether one of this CPU's own mappings is free again.
func (s *requests) serve(e *Env, msg any) bool {
	switch x := msg.(type) {
	case done:
		return true
	case *errand:
		if x.home == e.CPU().ID() {
			e.Free(x.h)
			return true
		}
		if x.stray {
			e.Copy(x.h, s.bytes, x.write)
		}
		if !x.away {
			e.CPU().Send(x.home, x)
			return false
		}
		e.Free(x.h)
		e.CPU().Send(x.home, done{})
	}
	return false
}

// serveUntil serves others' mappings until time t; none of this CPU's own is away.
func (s *requests) serveUntil(e *Env, t mmu.Cycles) {
	for e.CPU().Now() < t {
		if msg, ok := e.CPU().RecvUntil(t); ok {
			s.serve(e, msg)
		}
	}
}
