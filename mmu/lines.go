package mmu

import "lwbench/mmu/smp"

// ptesPerLine is how many PTEs of 8 bytes lie in a cache line of 64.
const ptesPerLine = 8

// makeLines makes the cache lines of the page table. One CPU alone moves none, real threads move the host's, and in an
// exploration time does not matter.
func (m *Machine) makeLines(opt Options) {
	if !m.spec.PTELines || opt.Live != nil || opt.Scheduler != nil || opt.CPUs == 1 {
		return
	}
	m.ptes = m.sys.NewLines((len(m.pte)+ptesPerLine-1)/ptesPerLine, m.spec.SMP.Line, 0)
	m.ptes.Fetched = make([]*int64, len(m.cpus))
	for i := range m.cpus {
		m.ptes.Fetched[i] = &m.cpus[i].N.PTELines
	}
}

// touchPTE moves the line of a PTE to this CPU: a write takes it from all others, a walk shares it, and a walk that sets
// Accessed writes. Neighbours' PTEs lie in the same line, whichever CPUs use them.
func (c *CPU) touchPTE(kva KVA, write bool) {
	if l := c.m.ptes; l != nil {
		c.TouchLater(l, int(kva)/ptesPerLine, write, smp.CostPTE)
	}
}
