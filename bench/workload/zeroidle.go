package workload

import (
	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// zeroidle is W9: DragonFly's idle page zeroing thread (2010 to 2018), pinned to the last CPU. It maps a free page,
// zeroes it in 64-byte steps, yields after each, unmaps, and never gets the same page again.
func zeroidle() *Workload {
	return &Workload{
		Name: "zeroidle",
		Doc:  "the last CPU zeroes free pages, 64 bytes at a time, none of them seen before; the others are idle or copy (vm_page zeroidle)",
		Params: []Param{
			{Name: "zeroidle.rate", Doc: "most pages zeroed in a second", Kind: Int, Default: "20000", Min: 1, Max: 1e9},
			{Name: "zeroidle.yield", Doc: "cycles of the yield after each step", Kind: Int, Default: "20", Min: 0, Max: 1e9},
			{
				Name: "zeroidle.others", Doc: "the other CPUs: copying is xio with 8 pages per request; idle leaves their operations to the last CPU",
				Kind: Text, Default: "idle", Choices: []string{"idle", "copying"},
			},
			{Name: "zeroidle.memory", Doc: "free pages on the machine; when all have been zeroed the first comes again", Kind: Int, Default: "1048576", Min: 1, Max: 1 << 24},
		},
		Setup: func(cell *Cell) (Body, error) {
			n := cell.Machine.NCPU()
			z := &zeroer{period: mmu.Cycles(cell.Machine.Spec().ClockHz / cell.float("zeroidle.rate")), share: n}
			z.yield = cell.cycles("zeroidle.yield")
			z.peers.left = 1 // only the last CPU has anything to finish
			if cell.text("zeroidle.others") == "copying" {
				z.share, z.others = 1, copyBuffers(cell, allocators.Private, 8, 32, 500)
			}
			z.memory = cell.int("zeroidle.memory")
			if cell.Machine.Live() { // pages are real memory there: allocated before timing starts
				z.grow(cell.Machine, min(z.memory, z.share*(cell.Warmup+cell.Ops)))
			}
			return z.body, nil
		},
	}
}

type zeroer struct {
	period mmu.Cycles // minimum time from page to page
	yield  mmu.Cycles
	share  int  // CPUs whose operations the last one does
	others Body // of the other CPUs; nil if they are idle
	memory int  // pages on the machine
	have   int  // pages allocated so far; first is the first
	first  int
	peers  peers
}

// freePages is the number of pages allocated at a time.
const freePages = 1024

// grow adds free pages until there are n.
func (z *zeroer) grow(m *mmu.Machine, n int) {
	first := m.AddPages(n - z.have)
	if z.have == 0 {
		z.first = first
	}
	z.have = n
}

// page returns the ith page to zero.
func (z *zeroer) page(m *mmu.Machine, i int) *mmu.Page {
	i %= z.memory
	if i >= z.have {
		z.grow(m, min(z.have+freePages, z.memory))
	}
	return m.Page(z.first + i)
}

// warm is the message to the idle CPUs that the warm-up is over.
type warm struct{}

func (z *zeroer) body(e *Env) error {
	switch {
	case e.CPU().ID() == e.NCPU()-1:
		return z.zero(e)
	case z.others != nil:
		return z.others(e)
	}
	for {
		msg, err := e.wait()
		if err != nil {
			return err
		}
		switch msg.(type) {
		case warm:
			e.startCounting()
		case quit:
			return nil
		}
	}
}

// zero runs on the last CPU: page after page, each at least a period after the previous one.
func (z *zeroer) zero(e *Env) error {
	var parts [64]mmu.Cycles // together one page
	whole := e.CPU().Costs().CopyPage
	for i := range parts {
		parts[i] = whole*mmu.Cycles(i+1)/64 - whole*mmu.Cycles(i)/64
	}
	next := e.CPU().Now()
	for i := range z.share * e.ops {
		if i >= z.share*e.cell.Warmup && !e.counting {
			z.warm(e)
		}
		if now := e.CPU().Now(); next > now {
			e.Idle(next - now)
		}
		next = max(next, e.CPU().Now()) + z.period
		h, err := e.Alloc(z.page(e.cell.Machine, i), allocators.Private)
		if err != nil {
			return err
		}
		for _, part := range parts {
			e.Store(h)
			e.CPU().Charge(smp.CostUse, part)
			h.spent += part
			e.Work(z.yield)
		}
		e.Free(h)
	}
	if z.others == nil {
		z.peers.finished(e)
	}
	return nil
}

// warm starts counting, here and on the idle CPUs.
func (z *zeroer) warm(e *Env) {
	for id := range e.NCPU() - 1 {
		if z.others == nil {
			e.CPU().Send(id, warm{})
		}
	}
	e.startCounting()
}
