// Package exposure measures for how long after its free a page can still be reached through a kernel mapping: through a PTE, or
// through an entry that some CPU's TLB may still hold. A kernel that takes pages out of the direct map (XPFO, secret memory,
// address-space isolation) chooses a design by it as well as by its cost.
//
// A Meter is a probe of the machine: it sees every PTE write, TLB fill, invalidation and flush, and each free when it begins. It
// changes no figure of the run. An entry of a TLB counts until it is invalidated, flushed or filled again: a TLB of another
// size might still hold what the simulated one has replaced. The direct map is not looked at.
package exposure

import (
	"lwbench/bench/workload"
	"lwbench/mmu"
)

// Meter measures one run. The zero value is ready; one run may use it.
type Meter struct {
	pages map[int]*page
	pte   map[mmu.KVA]int         // page that the entry maps
	tlb   map[int]map[mmu.KVA]int // by CPU: page that its entry may give
	last  mmu.Cycles              // the latest event
	now   int                     // pages exposed
	most  int
	times workload.Histogram
}

// page is the state of one page.
type page struct {
	holders int        // handles that are live
	paths   int        // PTEs and TLB entries that reach it
	since   mmu.Cycles // the free after which it was reachable
	exposed bool
}

var _ mmu.Probe = (*Meter)(nil)

// Event implements mmu.Probe.
func (m *Meter) Event(e *mmu.Event) {
	if m.pages == nil {
		m.pages, m.pte, m.tlb = map[int]*page{}, map[mmu.KVA]int{}, map[int]map[mmu.KVA]int{}
	}
	m.last = max(m.last, e.At)
	switch e.Kind {
	case mmu.PTEWritten:
		m.remove(m.pte, e.KVA, e.At)
		if e.Page != nil {
			m.add(m.pte, e.KVA, e.Page.ID())
		}
	case mmu.TLBFilled:
		t := m.tlb[e.CPU]
		if t == nil {
			t = map[mmu.KVA]int{}
			m.tlb[e.CPU] = t
		}
		m.remove(t, e.KVA, e.At)
		m.add(t, e.KVA, e.Page.ID())
	case mmu.TLBInvalidated:
		m.remove(m.tlb[e.CPU], e.KVA, e.At)
	case mmu.TLBFlushed:
		m.flush(m.tlb[e.CPU], e.At)
	case mmu.Allocated:
		p := m.page(e.Page.ID())
		p.holders++
		m.end(p, e.At)
	case mmu.Freed:
		m.freed(m.page(e.Page.ID()), e.At)
	}
}

func (m *Meter) page(id int) *page {
	p := m.pages[id]
	if p == nil {
		p = &page{}
		m.pages[id] = p
	}
	return p
}

// add makes pg reachable through kva of a page table or a TLB. A page without holders that becomes reachable (a speculative
// fill after its free) was reachable through the PTE already.
func (m *Meter) add(table map[mmu.KVA]int, kva mmu.KVA, pg int) {
	table[kva] = pg
	m.page(pg).paths++
}

// remove deletes the entry of kva from table.
func (m *Meter) remove(table map[mmu.KVA]int, kva mmu.KVA, at mmu.Cycles) {
	pg, ok := table[kva]
	if !ok {
		return
	}
	delete(table, kva)
	p := m.page(pg)
	if p.paths--; p.paths == 0 {
		m.end(p, at)
	}
}

// flush removes all entries of a TLB. Their order does not matter: they go at one moment.
func (m *Meter) flush(table map[mmu.KVA]int, at mmu.Cycles) {
	for kva := range table {
		m.remove(table, kva, at)
	}
}

// freed begins an exposure with the last free of a page that can be reached. A page that no TLB and no PTE reaches counts as
// exposed for no time.
func (m *Meter) freed(p *page, at mmu.Cycles) {
	if p.holders--; p.holders > 0 || p.exposed {
		return
	}
	p.holders = 0 // a handle is announced when its address is first asked for
	if p.paths == 0 {
		m.times.Record(0)
		return
	}
	p.since, p.exposed = at, true
	m.now++
	m.most = max(m.most, m.now)
}

// end ends an exposure: no PTE or TLB entry reaches the page, or a handle holds it again.
func (m *Meter) end(p *page, at mmu.Cycles) {
	if p.exposed {
		p.exposed = false
		m.now--
		m.times.Record(at - p.since)
	}
}

// Figures ends the measurement. Pages that are exposed still count up to the last event. m
// must not be used afterwards.
func (m *Meter) Figures() workload.Exposure {
	left := m.now
	for _, p := range m.pages {
		m.end(p, m.last)
	}
	return workload.Exposure{
		Frees: m.times.Count(), Median: m.times.Quantile(0.5), P99: m.times.Quantile(0.99), Max: m.times.Max(),
		Most: m.most, Left: left,
	}
}
