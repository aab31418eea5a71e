package mmu

import "lwbench/mmu/smp"

// pte is the one page-table entry of a KVA page, and what the oracles know of it.
type pte struct {
	page     uint32 // physical page + 1; 0 is not valid
	ver      uint32 // grows whenever page changes: tells an old translation from the present one
	accessed bool   // set by every TLB fill
	shared   bool   // a CPU other than the writer has filled from it
	writer   int16  // who wrote it last
	holds    int32  // promises that are live (oracle)
	promised uint32 // the page they are for
}

// PTE returns the page that the entry maps, nil when it is not valid, and its Accessed bit (vtopte).
func (c *CPU) PTE(kva KVA) (pg *Page, accessed bool) {
	e := &c.m.pte[kva]
	if e.shared {
		c.Order()
	}
	return c.m.pageOf(e.page), e.accessed
}

// write changes the entry without charging for it. The entry of a page that other CPUs have filled from is theirs to
// read at this moment, so that writing it is an ordered point; the caller has seen to that.
func (m *Machine) write(c *CPU, kva KVA, tag uint32, how string) {
	e := &m.pte[kva]
	old := e.page
	if tag != old {
		e.ver++
		m.checkQuiet(c, kva, e, tag)
	}
	e.page, e.accessed, e.shared, e.writer = tag, false, false, int16(c.ID())
	c.N.PTEWrites++
	if m.probe != nil {
		m.probe.Event(&Event{Kind: PTEWritten, CPU: c.ID(), At: c.Now(), KVA: kva, Page: m.pageOf(tag), Old: m.pageOf(old), Note: how})
	}
}

// writePTE writes the entry and charges for it.
func (c *CPU) writePTE(kva KVA, tag uint32, how string) {
	if c.m.pte[kva].shared || c.m.spec.Speculate {
		c.Order()
	}
	c.m.write(c, kva, tag, how)
	c.Charge(smp.CostPTE, c.m.spec.MMU.PTEWrite)
}
