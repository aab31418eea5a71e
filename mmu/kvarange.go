package mmu

import (
	"slices"

	"lwbench/mmu/smp"
)

// KVAAllocRange allocates n contiguous pages of KVA from the kernel map in one operation, under the map's lock
// (kmem_alloc_nofault, alloc_vmap_area). The state of other CPUs' TLBs for the range is unknown. It returns ErrNoKVA if the
// window has no free run of n pages.
func (c *CPU) KVAAllocRange(n int) (KVA, error) {
	m := c.m
	c.Lock(&m.kmap.lock)
	c.Charge(smp.CostKVA, m.spec.MMU.KVAAlloc)
	kva, err := m.kmap.take(n, len(m.pte))
	if err != nil {
		kva, err = m.kmap.takeRun(n)
	}
	c.Unlock(&m.kmap.lock)
	if err == nil {
		m.event(&Event{Kind: KVAAllocated, CPU: c.ID(), At: c.Now(), KVA: kva})
	}
	return kva, err
}

// KVAFreeRange returns n contiguous pages of KVA to the kernel map in one operation. It touches no PTE and flushes
// nothing: the caller has flushed the range, or the next owner must (invariant I6).
func (c *CPU) KVAFreeRange(kva KVA, n int) {
	m := c.m
	c.Lock(&m.kmap.lock)
	c.Charge(smp.CostKVA, m.spec.MMU.KVAFree)
	for i := n - 1; i >= 0; i-- {
		m.kmap.free = append(m.kmap.free, kva+KVA(i))
	}
	m.kmap.inUse -= n
	c.Unlock(&m.kmap.lock)
	m.event(&Event{Kind: KVAFreed, CPU: c.ID(), At: c.Now(), KVA: kva})
}

// takeRun takes the lowest run of n pages from those given back.
func (k *kernelMap) takeRun(n int) (KVA, error) {
	slices.Sort(k.free)
	for first := 0; first+n <= len(k.free); first++ {
		if last := first + n - 1; k.free[last]-k.free[first] != KVA(n-1) {
			continue
		}
		kva := k.free[first]
		k.free = slices.Delete(k.free, first, first+n)
		k.inUse += n
		k.high = max(k.high, k.inUse)
		return kva, nil
	}
	return 0, ErrNoKVA
}
