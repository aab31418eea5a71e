package lwbuf2010

import (
	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// lwbuf is struct lwbuf, of either design.
type lwbuf struct {
	m     *mmu.Page
	kva   mmu.KVA
	mask  mmu.CPUSet
	line  smp.Line
	owner int    // Owner only: the CPU that it returns to
	next  *lwbuf // Owner only: on the owner's list
}

var _ allocators.Masked = (*lwbuf)(nil)

// enter maps pg, for both allocs. The mask is empty: free has zeroed it.
func (lwb *lwbuf) enter(c *mmu.CPU, pg *mmu.Page) {
	lwb.m = pg
	c.KenterQuick(lwb.kva, pg)
	lwb.mask.Add(c.ID())
}

// KVA is lwbuf_kva: a CPU that is not in the mask flushes its own entry, then publishes its bit by compare-and-swap.
func (lwb *lwbuf) KVA(c *mmu.CPU) mmu.KVA {
	if !lwb.mask.AtomicHas(c.ID()) {
		c.KenterSyncQuick(lwb.kva)
		c.Atomic(&lwb.line)
		lwb.mask.AtomicAdd(c.ID())
	}
	return lwb.kva
}

// Page returns the page that the lwbuf maps.
func (lwb *lwbuf) Page() *mmu.Page { return lwb.m }

// Mask returns the CPUs that hold no stale entry.
func (lwb *lwbuf) Mask() mmu.CPUSet { return lwb.mask.AtomicLoad() }

// setGlobal is lwbuf_set_global: an unconditional rendezvous.
func (lwb *lwbuf) setGlobal(c *mmu.CPU) {
	c.KenterSync(lwb.kva)
	all := c.Machine().All()
	lwb.mask.AtomicStore(&all)
}

// leave is the common part of both frees.
func (lwb *lwbuf) leave() {
	if lwb.m == nil {
		panic("lwbuf: freed twice")
	}
	lwb.m = nil
	lwb.mask = mmu.CPUSet{}
}

// reserve returns how many pages each of n lists gets at boot: the tunable, but at most half of its share of the window.
func reserve(m *mmu.Machine, want int64, n int) int { return min(int(want), m.KVAWindow()/2/n) }
