package mmu

import "lwbench/mmu/smp"

// wrote is the verb for a store in reports.
const wrote = "wrote"

// Load reads through kva on this CPU. want is the page that the caller was promised there. The TLB decides which page
// is read; on a miss the CPU walks the page table and fills the TLB, which sets Accessed. Both oracles check every
// access.
func (c *CPU) Load(kva KVA, want *Page) { c.access(kva, want, "read") }

// Store writes through kva; otherwise it is like Load.
func (c *CPU) Store(kva KVA, want *Page) { c.access(kva, want, wrote) }

func (c *CPU) access(kva KVA, want *Page, verb string) {
	c.Point()
	c.N.Accesses++
	if kva.direct() {
		c.accessDirect(kva, want, verb)
		return
	}
	if c.Traced() {
		c.Touches(smp.TLBOf(c.ID()), true)
		c.Touches(smp.PTEOf(uint32(kva)), false)
	}
	t := &c.tlb
	e := t.entry(kva)
	if e.epoch == t.epoch && e.w1 != 0 && e.page == want.id+1 && e.first == c.m.pte[kva].ver {
		if n := c.m.spec.MMU.TLBHit; n != 0 {
			c.Charge(smp.CostTLB, n)
		}
		return
	}
	c.accessSlow(kva, e, want, verb)
}

// accessSlow handles every access that is not a clean hit in the first level.
func (c *CPU) accessSlow(kva KVA, e *tlbEntry, want *Page, verb string) {
	if c.m.live != nil {
		c.accessLive(kva, e, want, verb)
		return
	}
	k := &c.m.spec.MMU
	t := &c.tlb
	n := k.TLBHit
	switch {
	case e.epoch == t.epoch && e.w1 != 0:
	case e.epoch == t.epoch && e.w2 != 0:
		c.N.TLBHits2++
		t.put1(kva, e)
		n = k.TLBHit2
	default:
		n = k.Walk + c.refill()
		if !c.walk(kva, e) {
			c.Charge(smp.CostTLB, n)
			c.m.unmapped(c, kva, want, verb)
			return
		}
	}
	tag, old := e.page, e.first != c.m.pte[kva].ver
	c.Charge(smp.CostTLB, n) // an IPI may remove the entry meanwhile: the access is complete
	if old || tag != want.id+1 {
		c.m.judge(c, kva, tag, old, want, verb)
	}
}

// refill returns what the kernel pays at its first walk after a full flush for its other translations, each a walk: they are
// no mappings of the window, and are not counted as misses.
func (c *CPU) refill() Cycles {
	if !c.tlb.cold {
		return 0
	}
	c.tlb.cold = false
	return Cycles(c.m.spec.TLB.Kernel) * c.m.spec.MMU.Walk
}

// walk fills the TLB from the page table; false is a page fault. The caller charges for it.
func (c *CPU) walk(kva KVA, e *tlbEntry) bool {
	m := c.m
	p := &m.pte[kva]
	c.SettleTouches()
	if c.Traced() {
		c.Touches(smp.PTEOf(uint32(kva)), true)
	}
	if other := p.writer != int16(c.ID()); other || p.shared || m.spec.Speculate {
		c.Ordered() // another CPU wrote the entry or may write it now
		p.shared = p.shared || other
	}
	c.N.TLBMisses++
	c.touchPTE(kva, p.page != 0 && !p.accessed)
	if p.page == 0 {
		return false
	}
	p.accessed = true
	c.tlb.fill(kva, e, p.page, p.ver)
	if m.probe != nil {
		m.probe.Event(&Event{Kind: TLBFilled, CPU: c.ID(), At: c.Now(), KVA: kva, Page: m.pageOf(p.page)})
	}
	if m.spec.Speculate {
		c.filled = kva
		c.speculate(kva + 1)
	}
	return true
}

// speculate fills the TLB for a page that no instruction has touched, as a prefetcher that crosses a page boundary
// does, or once more for the page that it filled last, right after a full flush: hardware does so at any time. Like hardware, it sets
// Accessed before the entry can be used.
func (c *CPU) speculate(kva KVA) {
	m := c.m
	if int(kva) >= len(m.pte) || m.pte[kva].page == 0 {
		return
	}
	c.Touches(smp.PTEOf(uint32(kva)), true)
	p, e := &m.pte[kva], c.tlb.entry(kva)
	if e.epoch == c.tlb.epoch && e.held() {
		return
	}
	p.accessed, p.shared = true, p.shared || p.writer != int16(c.ID())
	c.tlb.fill(kva, e, p.page, p.ver)
	c.filled = kva
	m.event(&Event{Kind: TLBFilled, CPU: c.ID(), At: c.Now(), KVA: kva, Page: m.pageOf(p.page), Note: "speculative"})
}

// PeekTLB returns the page that the TLB of cpu holds for kva. It charges nothing; for oracles and tests.
func (m *Machine) PeekTLB(cpu int, kva KVA) (pg *Page, ok bool) {
	if kva.direct() {
		return m.pageOf(kva.directPage()), true
	}
	e := m.cpus[cpu].tlb.peek(kva)
	if e == nil || !e.held() {
		return nil, false
	}
	return m.pageOf(e.page &^ liveTag), true
}

// PeekPTE returns the page that the PTE of kva maps, or nil if it is invalid. It charges nothing; for oracles and
// tests.
func (m *Machine) PeekPTE(kva KVA) *Page {
	if kva.direct() {
		return m.pageOf(kva.directPage())
	}
	tag, _ := m.entry(kva)
	return m.pageOf(tag)
}

// MayHoldOld reports whether cpu might hold an old translation of kva in a TLB of any size: it has filled one and not
// invalidated it since. It charges nothing; for oracles and tests.
func (m *Machine) MayHoldOld(cpu int, kva KVA) bool {
	if kva.direct() {
		return false
	}
	e := m.cpus[cpu].tlb.peek(kva)
	return e != nil && e.first != m.version(kva)
}

// HolderOfOld returns the first CPU from that one on that MayHoldOld names, or -1.
func (m *Machine) HolderOfOld(from int, kva KVA) int {
	if kva.direct() {
		return -1
	}
	for ver := m.version(kva); from < len(m.cpus); from++ {
		if e := m.cpus[from].tlb.peek(kva); e != nil && e.first != ver {
			return from
		}
	}
	return -1
}

// version returns the version of a PTE; see pte.ver.
func (m *Machine) version(kva KVA) uint32 {
	if m.live != nil {
		return uint32(m.live.pte[kva].word.Load() >> liveVersion)
	}
	return m.pte[kva].ver
}
