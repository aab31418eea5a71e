package emap

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is AllocPages of one page.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	return a.AllocPages(c, []*mmu.Page{pg}, f)
}

// AllocPages is uvm_emap_alloc, uvm_emap_enter and uvm_emap_produce. It flushes nothing.
func (a *allocator) AllocPages(c *mmu.CPU, pages []*mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	obj, err := a.caches[len(pages)-1].Get(c, f&allocators.NoWait == 0)
	if err != nil {
		return nil, fmt.Errorf("emap: %w: %w", allocators.ErrNoBuf, err)
	}
	w := obj.(*window)
	w.m = pages[0]
	for i, pg := range pages {
		c.SetPTE(w.kva+mmu.KVA(i), pg)
	}
	w.gen = a.gen.Add(&c.CPU, 1) // after the PTEs
	return w, nil
}

// KVA is uvm_emap_consume: a CPU that has not flushed since the mapping was produced flushes everything. It reads the
// generation first: what is produced during the flush is not covered by it.
func (w *window) KVA(c *mmu.CPU) mmu.KVA {
	c.CritEnter() // preemption off
	p := &w.a.cpus[c.ID()]
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if p.gen < w.gen {
		cur := w.a.gen.Load(&c.CPU)
		c.FlushLocal()
		p.gen = cur
	}
	c.CritExit()
	return w.kva
}

// Page returns the first page.
func (w *window) Page() *mmu.Page { return w.m }

// Free is uvm_emap_remove and uvm_emap_free: it zeroes the PTEs and flushes nothing.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	w := b.(*window)
	if w.m == nil {
		panic("uvm_emap_free: freed twice")
	}
	w.m = nil
	for i := range w.n {
		c.ZeroPTE(w.kva + mmu.KVA(i))
	}
	a.caches[w.n-1].Put(c, w)
}
