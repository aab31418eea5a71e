package mmu

import (
	"fmt"

	"lwbench/mmu/smp"
)

// FindingKind is the kind of a violation.
type FindingKind uint8

// The violations. Every kind but StaleRisk is a fault of the design, or of the workload that drives it.
const (
	StaleAccess    FindingKind = iota // the TLB gave another page than the caller was promised
	StaleRisk                         // correct, but the CPU may still hold an older translation (invariants I1, I7)
	UnmappedAccess                    // an access through a PTE that is not valid
	DoubleMapping                     // one KVA promised for two pages at once
	ChangedInUse                      // a PTE changed while the KVA is held (invariant I5)
	UseAfterFree                      // a handle used or freed after its last free
	Leaked                            // a handle or KVA that was never freed
	Aliased                           // a page can still be reached after all aliases were dropped (allocators.Unaliaser)
)

var findingNames = [...]string{
	"stale access", "stale risk", "unmapped access", "double mapping", "mapping changed in use", "use after free", "leak", "alias",
}

// String names the kind in lower case.
func (k FindingKind) String() string { return findingNames[k] }

// Finding is one violation found by an oracle.
type Finding struct {
	Kind FindingKind
	CPU  int
	At   Cycles
	KVA  KVA
	Got  *Page // the page that the CPU reached, or nil
	Want *Page // the promised page, or nil
	Text string
}

// maxFindings is the number of findings kept for a run; the counters count all.
const maxFindings = 100

// oracle holds the findings.
type oracle struct{ found []Finding }

// Findings returns the first findings of the run, at most 100, in the order of host execution.
func (m *Machine) Findings() []Finding {
	if m.live == nil {
		return m.oracle.found
	}
	return m.liveFindings()
}

func (m *Machine) liveFindings() []Finding {
	m.live.oracle.Acquire()
	defer m.live.oracle.Release()
	return m.oracle.found
}

// Report records a finding of the oracles or of a harness (UseAfterFree, Leaked) and counts it on c.
func (m *Machine) Report(c *CPU, f Finding) {
	f.CPU, f.At = c.ID(), c.Now()
	switch f.Kind {
	case StaleAccess:
		c.N.Stale++
	case StaleRisk:
		c.N.StaleRisk++
	default:
		c.N.Faults++
	}
	m.keep(&f)
	m.event(&Event{Kind: Found, CPU: f.CPU, At: f.At, KVA: f.KVA, Page: f.Want, Old: f.Got, Note: f.Kind.String() + ": " + f.Text})
}

// keep appends a finding unless the list is full.
func (m *Machine) keep(f *Finding) {
	if m.live != nil {
		m.live.oracle.Acquire()
		defer m.live.oracle.Release()
	}
	if len(m.oracle.found) < maxFindings {
		m.oracle.found = append(m.oracle.found, *f)
	}
}

// judge compares the page that the TLB gave (page + 1) with the promised one. old is set if the CPU may hold an older
// translation.
//
// May-hold: tlbEntry.first is the PTE's version at the CPU's first fill since it last invalidated the page. While
// that is not the current version, a TLB of another size or with another replacement policy could still hold the
// older translation.
func (m *Machine) judge(c *CPU, kva KVA, tag uint32, old bool, want *Page, verb string) {
	switch {
	case tag != want.id+1:
		got := m.pageOf(tag)
		m.Report(c, Finding{
			Kind: StaleAccess, KVA: kva, Got: got, Want: want,
			Text: fmt.Sprintf("cpu%d %s %v through %v, was promised %v", c.ID(), verb, got, kva, want),
		})
	case old:
		m.Report(c, Finding{
			Kind: StaleRisk, KVA: kva, Got: want, Want: want,
			Text: fmt.Sprintf("cpu%d %s %v through %v, but may hold an older translation", c.ID(), verb, want, kva),
		})
	}
}

// unmapped reports a page fault in the window.
func (m *Machine) unmapped(c *CPU, kva KVA, want *Page, verb string) {
	m.Report(c, Finding{
		Kind: UnmappedAccess, KVA: kva, Want: want,
		Text: fmt.Sprintf("cpu%d %s %v, which maps nothing; was promised %v", c.ID(), verb, kva, want),
	})
}

// Promise records that kva is held for pg from now on, once for each handle. The harness calls it.
func (m *Machine) Promise(c *CPU, kva KVA, pg *Page) {
	if kva.direct() {
		return // nothing can change the mapping
	}
	if m.live != nil {
		m.promiseLive(c, kva, pg)
		return
	}
	c.Touches(smp.PTEOf(uint32(kva)), true)
	e := &m.pte[kva].hold
	m.checkDouble(c, kva, e, pg)
	e.take(pg)
}

// checkDouble reports a promise for a KVA page that is held for another page.
func (m *Machine) checkDouble(c *CPU, kva KVA, e *hold, pg *Page) {
	if e.holds > 0 && e.promised != pg.id+1 {
		m.Report(c, Finding{
			Kind: DoubleMapping, KVA: kva, Got: m.pageOf(e.promised), Want: pg,
			Text: fmt.Sprintf("%v was allocated for %v while it is held for %v", kva, pg, m.pageOf(e.promised)),
		})
	}
}

func (e *hold) take(pg *Page) {
	e.holds++
	e.promised = pg.id + 1
}

// Release undoes one Promise.
func (m *Machine) Release(c *CPU, kva KVA) {
	if kva.direct() {
		return
	}
	if m.live != nil {
		m.releaseLive(kva)
		return
	}
	c.Touches(smp.PTEOf(uint32(kva)), true)
	m.pte[kva].release()
}

func (e *hold) release() {
	if e.holds > 0 {
		e.holds--
	}
}

// checkQuiet reports a PTE that changes under a live handle.
func (m *Machine) checkQuiet(c *CPU, kva KVA, e *hold, tag uint32) {
	if e.holds == 0 || e.promised == tag {
		return
	}
	m.Report(c, Finding{
		Kind: ChangedInUse, KVA: kva, Got: m.pageOf(tag), Want: m.pageOf(e.promised),
		Text: fmt.Sprintf("cpu%d set the PTE of %v to %v while it is held for %v", c.ID(), kva, m.pageOf(tag), m.pageOf(e.promised)),
	})
}

// CheckAlias reports an Aliased finding on c if pg, which no handle holds, can be reached through kva: by its PTE, or by an entry
// that a CPU's TLB may hold. The harness calls it after the design has dropped all aliases. Under the virtual clock only.
func (m *Machine) CheckAlias(c *CPU, kva KVA, pg *Page) {
	if kva.direct() {
		return
	}
	c.Touches(smp.PTEOf(uint32(kva)), false)
	where := ""
	if m.PeekPTE(kva) == pg {
		where = "its PTE"
	}
	for id := 0; where == "" && id < len(m.cpus); id++ {
		c.Touches(smp.TLBOf(id), false)
		if e := m.cpus[id].tlb.peek(kva); e != nil && e.page == pg.id+1 {
			where = fmt.Sprintf("cpu%d's TLB", id)
		}
	}
	if where == "" {
		return
	}
	m.Report(c, Finding{
		Kind: Aliased, KVA: kva, Got: pg,
		Text: fmt.Sprintf("cpu%d dropped all aliases, and %s may still give %v, which nobody holds, through %v", c.ID(), where, pg, kva),
	})
}
