package kmaplocal

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is __kmap_local_pfn_prot: it takes the next slot of this CPU and maps the page there.
func (a *stacks) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	st := &a.cpus[c.ID()]
	if st.idx == len(st.slots) {
		return nil, fmt.Errorf("all %d slots of cpu%d: %w", len(st.slots), c.ID(), allocators.ErrNoBuf)
	}
	s := &st.slots[st.idx]
	st.idx++ // kmap_local_idx_push: from here an interrupt takes the next slot
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if old, _ := c.PTE(s.kva); old != nil {
		panic("kmap_local: BUG_ON(!pte_none(*kmap_pte))")
	}
	s.m = pg
	c.SetPTE(s.kva, pg)
	return s, nil
}

// KVA returns the address. Only the CPU that mapped the page may use it.
func (s *slot) KVA(*mmu.CPU) mmu.KVA { return s.kva }

// Page returns the page.
func (s *slot) Page() *mmu.Page { return s.m }

// Free is kunmap_local_indexed. Mappings are released in reverse order.
func (a *stacks) Free(c *mmu.CPU, b allocators.Buf) {
	st := &a.cpus[c.ID()]
	if s := b.(*slot); st.idx == 0 || s != &st.slots[st.idx-1] {
		panic("kunmap_local: not the last mapping of this CPU")
	}
	s := &st.slots[st.idx-1]
	a.clear(c, s)
	s.m = nil
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	st.idx-- // kmap_local_idx_pop: the slot is clean now
}

// clear zeroes the PTE and then flushes: the other way round this CPU could fill its TLB again in between.
func (a *stacks) clear(c *mmu.CPU, s *slot) { c.KremoveQuick(s.kva) }

// SwitchOut is __kmap_local_sched_out: it clears every mapping of the thread that leaves.
func (a *local) SwitchOut(c *mmu.CPU) {
	st := &a.cpus[c.ID()]
	for i := range st.idx {
		c.Charge(smp.CostAlloc, c.Costs().Instr)
		a.clear(c, &st.slots[i])
	}
}

// SwitchIn is __kmap_local_sched_in: it maps the pages again. The slots are clean, so it flushes nothing.
func (a *local) SwitchIn(c *mmu.CPU) {
	st := &a.cpus[c.ID()]
	for i := range st.idx {
		c.Charge(smp.CostAlloc, c.Costs().Instr)
		c.SetPTE(st.slots[i].kva, st.slots[i].m)
	}
}
