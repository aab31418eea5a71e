package mmu

import "lwbench/mmu/smp"

// operation is what one CPU's shootdown does; a CPU has one at a time that it waits for.
type operation struct {
	m     *Machine
	kva   KVA
	pages int    // 0 and 1: kva alone; more: a range
	full  bool   // flush everything instead
	tag   uint32 // PTE to write, where write is given
	write string // primitive that writes the PTE, or empty
}

var _ smp.Call = (*operation)(nil)

// Initiate writes the PTE while the other CPUs stand still.
func (o *operation) Initiate(c *smp.CPU) Cycles {
	if o.write == "" {
		return 0
	}
	o.m.write(&o.m.cpus[c.ID()], o.kva, o.tag, o.write)
	return o.m.spec.MMU.PTEWrite
}

// Serve invalidates on a target.
func (o *operation) Serve(c *smp.CPU) (n Cycles) {
	d := &o.m.cpus[c.ID()]
	if o.full {
		return d.flushAll()
	}
	for i := range max(1, o.pages) {
		n += d.drop(o.kva + KVA(i))
	}
	return n
}

// flushCall is the broadcast full flush: it holds no address, so that any number may be under way.
type flushCall struct{ m *Machine }

// Initiate does nothing: nobody waits.
func (flushCall) Initiate(*smp.CPU) Cycles { return 0 }

// Serve flushes on a target.
func (f flushCall) Serve(c *smp.CPU) Cycles { return f.m.cpus[c.ID()].flushAll() }

// rendezvous runs c.op on all CPUs, then invalidates here.
func (c *CPU) rendezvous() {
	c.sent(c.op.kva, ByRendezvous, c.CPU.Rendezvous(&c.m.all, &c.op))
	c.invlpg(c.op.kva)
}

// InvalidateMask invalidates kva on exactly the CPUs of on, this one too if it is in on, and waits until each has done
// it (FreeBSD smp_masked_invlpg). Precondition: this CPU takes IPIs, or no other may wait for it.
func (c *CPU) InvalidateMask(kva KVA, on *CPUSet) {
	c.Point()
	if on.Has(c.ID()) {
		c.invlpg(kva)
	}
	c.op = operation{m: c.m, kva: kva}
	c.sent(kva, ByInvlpg, c.Interrupt(on, &c.op))
}

// FlushRange invalidates the pages from lo up to but not including hi on every CPU and waits: page by page up to the
// machine's ceiling, everything beyond it (Linux flush_tlb_kernel_range, tlb_single_page_flush_ceiling).
func (c *CPU) FlushRange(lo, hi KVA) {
	o := operation{m: c.m, kva: lo, pages: int(hi - lo)}
	o.full = o.pages > c.m.spec.MMU.FlushMax
	c.op = o
	c.sent(lo, ByRange, c.Interrupt(&c.m.all, &c.op))
	c.op = o
	c.Charge(smp.CostInvlpg, c.op.Serve(&c.CPU))
}

// broadcastFlush tells every other CPU to flush everything and does not wait.
func (c *CPU) broadcastFlush(kva KVA) {
	c.sent(kva, ByBroadcast, c.Post(&c.m.all, c.m.flush))
}

// sent counts a shootdown.
func (c *CPU) sent(kva KVA, how Shootdown, ipis int) {
	if ipis == 0 {
		return
	}
	c.N.Shootdowns++
	c.N.IPIs += int64(ipis)
	c.Note()
	if m := c.m; m.probe != nil {
		m.probe.Event(&Event{Kind: ShotDown, CPU: c.ID(), At: c.Now(), KVA: kva, Targets: ipis, How: how})
	}
}
