package mmu

import "lwbench/mmu/smp"

// KenterQuick maps pg at kva and invalidates only this CPU's TLB entry (DragonFly pmap_kenter_quick, 2004). Other
// CPUs may continue to use their old entries.
func (c *CPU) KenterQuick(kva KVA, pg *Page) {
	c.Point()
	c.N.KenterQuick++
	if c.m.live != nil {
		c.replaceLive(kva, pg.id+1)
		return
	}
	c.writePTE(kva, pg.id+1, "kenter_quick")
	c.invlpg(kva)
}

// KenterSyncQuick invalidates this CPU's entry for kva; the PTE stays (pmap_kenter_sync_quick).
func (c *CPU) KenterSyncQuick(kva KVA) {
	c.Point()
	c.N.KenterSyncQuick++
	c.invlpg(kva)
}

// KremoveQuick zeroes the PTE and invalidates this CPU's entry only (pmap_kremove_quick).
func (c *CPU) KremoveQuick(kva KVA) {
	c.Point()
	c.N.KremoveQuick++
	if c.m.live != nil {
		c.replaceLive(kva, 0)
		return
	}
	c.writePTE(kva, 0, "kremove_quick")
	c.invlpg(kva)
}

// Kenter maps pg at kva for every CPU (pmap_kenter): all others are stopped, the PTE is written while they wait, and
// each invalidates its entry before it continues. Precondition: no spinlock held that another CPU may spin on.
func (c *CPU) Kenter(kva KVA, pg *Page) {
	c.N.Kenter++
	c.op = operation{m: c.m, kva: kva, tag: pg.id + 1, write: "kenter"}
	c.rendezvous()
}

// KenterSync invalidates kva on every CPU and waits; the PTE stays (pmap_kenter_sync). Precondition: as Kenter.
func (c *CPU) KenterSync(kva KVA) {
	c.N.KenterSync++
	c.op = operation{m: c.m, kva: kva}
	c.rendezvous()
}

// Kremove zeroes the PTE while all other CPUs wait; each invalidates its entry (pmap_kremove). Precondition: as Kenter.
func (c *CPU) Kremove(kva KVA) {
	c.N.Kremove++
	c.removeEverywhere(kva)
}

func (c *CPU) removeEverywhere(kva KVA) {
	c.op = operation{m: c.m, kva: kva, write: "kremove"}
	c.rendezvous()
}

// Qenter maps consecutive pages from kva (DragonFly pmap_qenter, 2009): it writes and invalidates each PTE here, then
// sends one IPI for all other CPUs to flush everything, without waiting: right after Qenter a remote CPU may still
// use the old translation.
func (c *CPU) Qenter(kva KVA, pages ...*Page) {
	c.Point()
	c.N.Qenter++
	for i, pg := range pages {
		if i > 0 {
			c.Between()
		}
		c.writePTE(kva+KVA(i), pg.id+1, "qenter")
		c.invlpg(kva + KVA(i))
	}
	c.Between()
	c.broadcastFlush(kva)
}

// Qremove zeroes n PTEs from kva, invalidating each here, and broadcasts one full flush without waiting for it
// (pmap_qremove).
func (c *CPU) Qremove(kva KVA, n int) {
	c.Point()
	c.N.Qremove++
	for i := range n {
		if i > 0 {
			c.Between()
		}
		c.writePTE(kva+KVA(i), 0, "qremove")
		c.invlpg(kva + KVA(i))
	}
	c.Between()
	c.broadcastFlush(kva)
}

// FlushLocal drops every kernel entry of this CPU's TLB. With Spec.Speculate one may be back when it returns.
func (c *CPU) FlushLocal() {
	c.Point()
	c.Charge(smp.CostInvlpg, c.flushAll())
	if m := c.m; m.spec.Speculate {
		if m.live != nil {
			c.speculateLive(c.filled)
			return
		}
		c.Between()
		c.Ordered() // another CPU may write the entry now
		c.speculate(c.filled)
	}
}

// SwitchAddressSpace loads another address space (CR3). If kernel PTEs are not global, that drops every entry.
func (c *CPU) SwitchAddressSpace() {
	c.Point()
	c.N.Switches++
	c.Charge(smp.CostWork, c.m.spec.MMU.SwitchCR3)
	if !c.m.spec.KernelGlobal {
		c.Touches(smp.TLBOf(c.ID()), true)
		c.tlb.flush()
		c.m.event(&Event{Kind: TLBFlushed, CPU: c.ID(), At: c.Now(), Note: "address-space switch"})
	}
}

// invlpg invalidates kva here and charges for it.
func (c *CPU) invlpg(kva KVA) {
	c.Between()
	c.Charge(smp.CostInvlpg, c.drop(kva))
}

// drop invalidates kva on c and returns the cost.
func (c *CPU) drop(kva KVA) Cycles {
	c.N.Invlpg++
	c.Touches(smp.TLBOf(c.ID()), true)
	c.tlb.invalidate(kva)
	if m := c.m; m.probe != nil {
		m.probe.Event(&Event{Kind: TLBInvalidated, CPU: c.ID(), At: c.Moment(), KVA: kva})
	}
	return c.m.spec.MMU.Invlpg
}

// flushAll drops everything on c and returns the cost.
func (c *CPU) flushAll() Cycles {
	c.N.Flushes++
	c.Touches(smp.TLBOf(c.ID()), true)
	c.tlb.flush()
	if m := c.m; m.probe != nil {
		m.probe.Event(&Event{Kind: TLBFlushed, CPU: c.ID(), At: c.Moment()})
	}
	return c.m.spec.MMU.FlushAll
}

// Sleep is smp.CPU.Sleep, counted.
func (c *CPU) Sleep(q *smp.WaitQueue, l *smp.SpinLock, catch bool) error {
	c.N.Sleeps++
	c.m.event(&Event{Kind: Slept, CPU: c.ID(), At: c.Now(), Note: q.String()})
	return c.CPU.Sleep(q, l, catch)
}

// Pend is smp.CPU.Pend: handler runs as an interrupt of this CPU, at a time that the exploration chooses.
func (c *CPU) Pend(handler func()) {
	c.CPU.Pend(func() {
		op := c.op // a shootdown that the interrupted thread is about to start
		handler()
		c.op = op
	})
}
