package mmu

import "lwbench/mmu/smp"

// An isolated CPU (Linux nohz_full, with the proposal of LPC 2024 to defer kernel TLB flushes) takes no IPI for kernel mappings
// while it runs in user mode, where it cannot use them: the initiator leaves a note, and the CPU flushes at its next entry
// into the kernel. KVM's paravirtual flush does the same for a vCPU that its host has preempted. Machines that invalidate by
// instructions have nothing to defer, and on real threads every CPU takes IPIs.

// away is what other CPUs know of a CPU that may defer its flushes.
type away struct {
	line smp.Line      // Linux: the CPU's context_tracking state
	out  bool          // it uses no kernel mapping
	owed bool          // it must flush before it does again
	by   smp.Signature // who asked for that first
}

// Isolate makes the CPUs of a set defer flushes (the boot parameter nohz_full=). Call it before the run.
func (m *Machine) Isolate(cpus CPUSet) {
	if m.live == nil && !m.byInstruction {
		m.isolated, m.away = cpus, make([]away, len(m.cpus))
	}
}

// LeaveKernel says that this CPU uses no kernel mapping until EnterKernel: an atomic on a line that initiators read. It does
// nothing on a CPU that is not isolated.
func (c *CPU) LeaveKernel() {
	if c.m.isolated.Has(c.ID()) {
		a := c.cross()
		a.out = true
		c.Atomic(&a.line)
	}
}

// EnterKernel ends what LeaveKernel began. It flushes everything if another CPU has left a note (CostStolen).
func (c *CPU) EnterKernel() {
	if !c.m.isolated.Has(c.ID()) {
		return
	}
	a := c.cross()
	owed := a.owed
	a.out, a.owed = false, false
	c.Atomic(&a.line)
	if owed { // a.by stays until the CPU leaves the kernel again
		c.N.Deferred++
		c.Repay(c.flushAll(), a.by)
	}
}

// cross makes an ordered point, after which this CPU's state may be changed.
func (c *CPU) cross() *away {
	c.Order()
	c.Touches(smp.TLBOf(c.ID()), true)
	return &c.m.away[c.ID()]
}

// Preempted is the host taking this vCPU away for n cycles (CostIdle). An IPI to it waits until it runs again, and so does
// the CPU that waits for the IPI.
func (c *CPU) Preempted(n Cycles) {
	c.CritEnter()
	c.Charge(smp.CostIdle, n)
	c.CritExit()
}

// notify leaves a note for each CPU of on that is away and returns the others. What must not be used any more has been taken
// out of the page table before.
func (c *CPU) notify(on CPUSet) CPUSet {
	isolated := &c.m.isolated
	for id := isolated.Next(0); id >= 0; id = isolated.Next(id + 1) {
		if id == c.ID() || !on.Has(id) {
			continue
		}
		c.Order()
		c.Touches(smp.TLBOf(id), true)
		a := &c.m.away[id]
		first := a.out && !a.owed
		if first {
			a.by = c.Sign()
		}
		if a.out {
			a.owed = true
			on.Remove(id)
		}
		if first {
			c.Atomic(&a.line)
		} else {
			c.Touch(&a.line, false)
		}
	}
	return on
}
