package genbuf

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc looks the page up in one set of this CPU's table. A miss maps it on a clean slot, and flushes nothing. It never
// sleeps. An error wraps ErrNoBuf: every KVA page that genbuf can have is in use.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	p := &a.cpus[c.ID()]
	c.CritEnter()
	s, at := p.look(c, pg)
	if s == nil {
		s = a.miss(c, p, pg, at)
	}
	c.CritExit()
	if s == nil {
		var err error
		if s, err = a.refill(c, p, pg); err != nil {
			return nil, fmt.Errorf("genbuf: %w: %w", allocators.ErrNoBuf, err)
		}
	}
	a.settle(c, p)
	return s, nil
}

// miss maps pg, in place at of the table if there is room, else for one use. It returns nil where this CPU has no slot left
// or should have more.
func (a *allocator) miss(c *mmu.CPU, p *percpu, pg *mmu.Page, at int32) *slot {
	if at != nowhere && !a.makeRoom(c, p, at) {
		at = nowhere
	}
	s := a.take(c, p, false)
	if s == nil {
		return nil
	}
	if at != nowhere {
		s.home, s.place = int32(c.ID()), at
		p.enter(at, pg, s)
	}
	s.put(c, pg)
	return s
}

// put maps pg on a clean slot.
func (s *slot) put(c *mmu.CPU, pg *mmu.Page) {
	s.m, s.refs = pg, 1
	c.SetPTE(s.kva, pg)
}

// KVA is a comparison, which is free as in lwbuf, and a full flush if this CPU has not flushed since the slot was clean (G3).
func (s *slot) KVA(c *mmu.CPU) mmu.KVA {
	if p := &s.a.cpus[c.ID()]; p.seen <= s.gen {
		s.a.catchUp(c, p, s)
	}
	return s.kva
}

// catchUp flushes, unless all CPUs have flushed since or the slot is global.
func (a *allocator) catchUp(c *mmu.CPU, p *percpu, s *slot) {
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.Order()
	if s.global.AtomicLoad() != 0 {
		return
	}
	c.CritEnter()
	if p.seen = max(p.seen, mmu.Cycles(a.floor.Load(&c.CPU))); p.seen <= s.gen {
		now := a.clock(c) // G2
		c.FlushLocal()
		p.seen = now
	}
	c.CritExit()
}

// Free is, on any CPU, the end of a mapping for one use; of a retained one it takes a reference back.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	s := b.(*slot)
	if s.m == nil {
		panic("genbuf: freed twice")
	}
	p := &a.cpus[c.ID()]
	c.CritEnter()
	switch int(s.home) {
	case noHome:
		a.drop(c, p, s)
	case c.ID():
		if s.refs == 0 {
			panic("genbuf: freed twice")
		}
		s.refs--
		c.Charge(smp.CostAlloc, c.Costs().Instr)
	default:
		a.freeAway(c, p, s)
	}
	c.CritExit()
	a.settle(c, p)
}

// Page returns the page that the slot maps.
func (s *slot) Page() *mmu.Page { return s.m }

// Mask returns the CPUs that need not flush.
func (s *slot) Mask() (on mmu.CPUSet) {
	global := s.global.AtomicLoad() != 0 || mmu.Cycles(s.a.floor.Peek()) > s.gen
	for i := range s.a.cpus {
		if global || s.a.cpus[i].seen > s.gen {
			on.Add(i)
		}
	}
	return on
}

// SetGlobal invalidates the slot's address on every CPU, once in a use.
func (a *allocator) SetGlobal(c *mmu.CPU, b allocators.Buf) {
	s := b.(*slot)
	if c.Order(); s.global.AtomicLoad() == 0 {
		c.KenterSync(s.kva)
		c.Order()
		s.global.AtomicStore(1)
	}
}
