package mmu

import (
	"fmt"

	"lwbench/mmu/smp"
)

// On a machine with an instruction that invalidates all TLBs (spec.SMP.TLBI: AMD INVLPGB, Arm TLBI) the shootdown
// primitives use it instead of IPIs. It includes the initiator's own TLB, and CPUs that a mask leaves out. Only the
// interconnect serialises the instructions, not a lock. Real threads use IPIs.

// shootsByInstruction reports whether this CPU's shootdowns use instructions instead of IPIs.
func (c *CPU) shootsByInstruction() bool { return c.m.byInstruction }

// everyTLB is the effect of instructions that invalidate pages from kva on, or everything.
type everyTLB struct {
	m     *Machine
	from  int // the initiator
	kva   KVA
	pages int // 0: everything
}

var _ smp.Effect = (*everyTLB)(nil)

// Apply implements smp.Effect.
func (e *everyTLB) Apply(c *smp.CPU, at Cycles) {
	d := &e.m.cpus[c.ID()]
	d.Touches(smp.TLBOf(d.ID()), true)
	if e.pages == 0 {
		d.tlb.flush()
		e.tell(Event{Kind: TLBFlushed, CPU: d.ID(), At: at})
		return
	}
	for i := range KVA(e.pages) {
		d.tlb.invalidate(e.kva + i)
		e.tell(Event{Kind: TLBInvalidated, CPU: d.ID(), At: at, KVA: e.kva + i})
	}
}

func (e *everyTLB) tell(v Event) {
	if e.m.probe != nil {
		v.Note = fmt.Sprintf("by an instruction of cpu%d", e.from)
		e.m.probe.Event(&v)
	}
}

// invalidateEverywhere drops pages from kva on, or everything if pages is 0, from the TLBs of all CPUs by
// instructions, and waits for their completion (Linux invlpgb_kernel_range_flush, arm64 flush_tlb_kernel_range).
func (c *CPU) invalidateEverywhere(kva KVA, pages int) {
	c.Between()
	n := 1
	if most := c.m.spec.SMP.TLBI.Pages; pages > 0 {
		n = (pages + most - 1) / most
	}
	c.Invalidate(&everyTLB{c.m, c.ID(), kva, pages}, n, true)
	c.issued(kva, n, ByInstruction)
}

// issued counts a shootdown by n instructions.
func (c *CPU) issued(kva KVA, n int, how Shootdown) {
	c.N.Shootdowns++
	c.N.Broadcasts += int64(n)
	c.Note()
	c.m.event(&Event{Kind: ShotDown, CPU: c.ID(), At: c.Now(), KVA: kva, Targets: len(c.m.cpus) - 1, How: how})
}
