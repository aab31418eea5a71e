package quickpage

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// qmap is pc_qmap_addr of one CPU, and the handle of the page that it maps. Only that CPU touches it.
type qmap struct {
	kva mmu.KVA
	m   *mmu.Page
	_   [64]byte
}

// allocator is the quick pages of all CPUs.
type allocator struct{ cpus []qmap }

// newAllocator reserves one page of KVA for each CPU.
func newAllocator(m *mmu.Machine) (*allocator, error) {
	base, err := m.ReserveKVA(m.NCPU())
	if err != nil {
		return nil, fmt.Errorf("quickpage on %d CPUs: %w", m.NCPU(), err)
	}
	a := &allocator{cpus: make([]qmap, m.NCPU())}
	for i := range a.cpus {
		a.cpus[i].kva = base + mmu.KVA(i)
	}
	return a, nil
}

// Alloc is pmap_quick_enter_page. The flush is of the entry that the last remove left here.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	q := &a.cpus[c.ID()]
	c.Charge(smp.CostAlloc, c.Costs().Instr) // critical_enter, and the test of the PTE
	if old, _ := c.PTE(q.kva); old != nil {
		return nil, fmt.Errorf("the quick page of cpu%d: %w", c.ID(), allocators.ErrNoBuf)
	}
	c.KenterQuick(q.kva, pg)
	q.m = pg
	return q, nil
}

// KVA returns the address. Only the CPU that entered the page may use it.
func (q *qmap) KVA(*mmu.CPU) mmu.KVA { return q.kva }

// Page returns the page.
func (q *qmap) Page() *mmu.Page { return q.m }

// Free is pmap_quick_remove_page. It flushes nothing.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	q := b.(*qmap)
	if q != &a.cpus[c.ID()] || q.m == nil {
		panic("pmap_quick_remove_page: invalid address")
	}
	q.m = nil
	c.ZeroPTE(q.kva)
	c.Charge(smp.CostAlloc, c.Costs().Instr) // critical_exit
}
