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
	next  *lwbuf // Owner only: on the owner's list or queue
}

var _ allocators.Masked = (*lwbuf)(nil)

// enter is what both allocs do: the mask is empty, whatever life the address had before.
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

// Mask returns the CPUs that the lwbuf trusts.
func (lwb *lwbuf) Mask() mmu.CPUSet { return lwb.mask.AtomicLoad() }

// setGlobal is lwbuf_set_global: a rendezvous, whatever the mask says.
func (lwb *lwbuf) setGlobal(c *mmu.CPU) {
	c.KenterSync(lwb.kva)
	all := c.Machine().All()
	lwb.mask.AtomicStore(&all)
}

// leave is what both frees do.
func (lwb *lwbuf) leave() {
	if lwb.m == nil {
		panic("lwbuf: freed twice")
	}
	lwb.m = nil
	lwb.mask = mmu.CPUSet{}
}

// reserve is how many pages each of n lists gets at boot: what the tunable says, or half of the window's share.
func reserve(m *mmu.Machine, want int64, n int) int { return min(int(want), m.KVAWindow()/2/n) }
