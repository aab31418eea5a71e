package mmu

import "lwbench/mmu/smp"

// pageSize is the size of a page, in bytes.
const pageSize = 4096

// ptesPerLine is the number of 8-byte PTEs in a cache line of 64 bytes.
const ptesPerLine = 8

// makeLines creates the cache lines of the page table and the record of which cache has which page. Real threads move
// the host's lines, and exploration ignores time. A single CPU moves no page-table lines.
func (m *Machine) makeLines(opt Options) {
	if opt.Live != nil || opt.Scheduler != nil {
		return
	}
	if k := &m.spec.MMU; k.CopySocket > 0 {
		far := [smp.NumDistances]Cycles{
			smp.Socket: max(0, k.CopySocket-k.CopyPage), smp.Remote: max(0, k.CopyRemote-k.CopyPage),
		}
		m.places = m.sys.NewLines(0, far, max(0, k.CopyMemory-k.CopyPage))
	}
	if !m.spec.PTELines || opt.CPUs == 1 {
		return
	}
	m.ptes = m.sys.NewLines((len(m.pte)+ptesPerLine-1)/ptesPerLine, m.spec.SMP.Line, 0)
	m.ptes.Fetched = make([]*int64, len(m.cpus))
	for i := range m.cpus {
		m.ptes.Fetched[i] = &m.cpus[i].N.PTELines
	}
}

// touchPTE moves the line of a PTE to this CPU: a write takes it from all others, a walk shares it, and a walk that
// sets Accessed writes. Adjacent PTEs share a line, whichever CPUs use them.
func (c *CPU) touchPTE(kva KVA, write bool) {
	if l := c.m.ptes; l != nil {
		c.TouchLater(l, int(kva)/ptesPerLine, write, smp.CostPTE)
	}
}

// Copy charges for reading or writing bytes of pg, at most a page, to CostUse. The cost depends on where the page is:
// in this core's caches if this CPU or its sibling touched it last or has read it since, in those of another core or
// socket, or in memory if no CPU has touched it. Copies of less than half a page are charged as local. Copy returns
// the cycles charged immediately; the CPU's next ordered point charges the extra cost of the distance.
func (c *CPU) Copy(pg *Page, bytes int, write bool) Cycles {
	m := c.m
	n := m.spec.MMU.CopyPage * Cycles(bytes) / pageSize
	c.Charge(smp.CostUse, n)
	if m.places != nil && bytes >= pageSize/2 {
		m.places.Grow(m.npages)
		c.TouchLater(m.places, pg.ID(), write, smp.CostUse)
		c.SettleTouches()
	}
	return n
}
