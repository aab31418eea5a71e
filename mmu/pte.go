package mmu

import "lwbench/mmu/smp"

// pte is the page-table entry of a KVA page, and the oracles' state of it.
type pte struct {
	page     uint32 // physical page + 1; 0 is not valid
	ver      uint32 // incremented whenever page changes: distinguishes old translations
	accessed bool   // set by every TLB fill
	shared   bool   // a CPU other than the writer has filled its TLB from it
	writer   int16  // the CPU that wrote it last
	hold
}

// hold is the oracles' record of a KVA page.
type hold struct {
	holds    int32  // live promises
	promised uint32 // their page + 1
}

// entry returns the page + 1 of a PTE and its Accessed bit.
func (m *Machine) entry(kva KVA) (tag uint32, accessed bool) {
	if m.live != nil {
		return m.liveEntry(kva)
	}
	e := &m.pte[kva]
	return e.page, e.accessed
}

// PTE returns the page that the entry maps, or nil if it is invalid, and its Accessed bit (vtopte).
func (c *CPU) PTE(kva KVA) (pg *Page, accessed bool) {
	if c.m.pte[kva].shared || c.m.live != nil {
		c.Ordered()
		c.Between()
	} else {
		c.Point()
	}
	c.Touches(smp.PTEOf(uint32(kva)), false)
	tag, accessed := c.m.entry(kva)
	return c.m.pageOf(tag), accessed
}

// write changes the entry without charging for it. Other CPUs that have filled from the entry may read it at this
// moment, so writing it is an ordered point; the caller makes it one.
func (m *Machine) write(c *CPU, kva KVA, tag uint32, how string) {
	if m.live != nil {
		m.writeLive(c, kva, tag)
		return
	}
	c.Touches(smp.PTEOf(uint32(kva)), true)
	e := &m.pte[kva]
	old := e.page
	if tag != old {
		if e.ver == 0 {
			m.mapped++
		}
		e.ver++
		m.checkQuiet(c, kva, &e.hold, tag)
	}
	e.page, e.accessed, e.shared, e.writer = tag, false, false, int16(c.ID())
	c.N.PTEWrites++
	c.touchPTE(kva, true)
	if m.probe != nil {
		m.probe.Event(&Event{Kind: PTEWritten, CPU: c.ID(), At: c.Now(), KVA: kva, Page: m.pageOf(tag), Old: m.pageOf(old), Note: how})
	}
}

// writePTE writes the entry with a plain store and charges for it.
func (c *CPU) writePTE(kva KVA, tag uint32, how string) {
	if c.m.live != nil {
		c.m.writeLive(c, kva, tag)
		c.Charge(smp.CostPTE, c.m.spec.MMU.PTEWrite)
		return
	}
	c.replacePTE(kva, tag, how)
}

// exchangePTE is writePTE in one exchange, and returns the Accessed bit of the old entry, which is exact.
func (c *CPU) exchangePTE(kva KVA, tag uint32, how string) (accessed bool) {
	if c.m.live != nil {
		accessed = c.m.swapLive(c, kva, tag)
		c.Charge(smp.CostPTE, c.m.spec.MMU.PTEWrite)
	} else {
		accessed = c.replacePTE(kva, tag, how)
	}
	c.Charge(smp.CostPTE, c.m.spec.SMP.Atomic)
	return accessed
}

// replacePTE writes the entry under the virtual clock: an ordered point if another CPU may walk the entry, so that the
// Accessed bit that it returns is exact.
func (c *CPU) replacePTE(kva KVA, tag uint32, how string) (accessed bool) {
	e := &c.m.pte[kva]
	if e.shared || c.m.spec.Speculate {
		c.Ordered()
	}
	accessed = e.accessed
	c.m.write(c, kva, tag, how)
	c.Charge(smp.CostPTE, c.m.spec.MMU.PTEWrite)
	c.SettleTouches()
	return accessed
}

// SetPTE maps pg at kva and invalidates nothing, on this CPU or others (Linux set_pte_at of a kernel page): for an
// address that no TLB holds, or whose users invalidate it themselves.
func (c *CPU) SetPTE(kva KVA, pg *Page) {
	c.Point()
	c.writePTE(kva, pg.id+1, "set_pte")
}

// SwapPTE maps pg at kva in one exchange and reports whether the old entry was valid with its Accessed bit set (FreeBSD
// pte_load_store). It invalidates nothing.
func (c *CPU) SwapPTE(kva KVA, pg *Page) (accessed bool) {
	return c.exchangePTE(kva, pg.id+1, "swap_pte")
}

// ZeroPTE zeroes the PTE of kva with a plain store and invalidates nothing (Linux pte_clear, FreeBSD pte_store of 0): for an
// address that only this CPU uses, or that is flushed before it is used again.
func (c *CPU) ZeroPTE(kva KVA) { c.writePTE(kva, 0, "zero_pte") }

// ClearPTE zeroes the PTE of kva in one exchange and reports whether its Accessed bit was set (Linux
// ptep_get_and_clear, FreeBSD pte_load_clear). It invalidates nothing. While the PTE is zero no TLB can fill from it.
func (c *CPU) ClearPTE(kva KVA) (accessed bool) {
	c.Point()
	return c.exchangePTE(kva, 0, "clear_pte")
}
