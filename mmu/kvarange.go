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
	kva, err := m.kmap.takeRange(n, len(m.pte))
	c.Unlock(&m.kmap.lock)
	if err == nil {
		m.event(&Event{Kind: KVAAllocated, CPU: c.ID(), At: c.Now(), KVA: kva})
	}
	return kva, err
}

// KVAFreeRange returns n contiguous pages of KVA to the kernel map in one operation. It touches no PTE and flushes
// nothing: the caller has flushed the range, or the next owner must (invariant I6).
func (c *CPU) KVAFreeRange(kva KVA, n int) { c.KVAFreeRanges(KVARange{kva, n}) }

// KVAFreeRanges returns ranges as KVAFreeRange does, each at its cost, while it holds the map's lock once.
func (c *CPU) KVAFreeRanges(ranges ...KVARange) {
	if len(ranges) == 0 {
		return
	}
	m := c.m
	c.Lock(&m.kmap.lock)
	for _, r := range ranges {
		c.Charge(smp.CostKVA, m.spec.MMU.KVAFree)
		m.kmap.ranges = append(m.kmap.ranges, r)
		m.kmap.inUse -= r.Pages
	}
	c.Unlock(&m.kmap.lock)
	for _, r := range ranges {
		m.event(&Event{Kind: KVAFreed, CPU: c.ID(), At: c.Now(), KVA: r.KVA})
	}
}

// KVARange is a run of pages in the KVA window.
type KVARange struct {
	KVA   KVA // the first
	Pages int
}

// takeRange takes a freed range of exactly n pages, or else one that was never allocated, or else the lowest run
// among all freed pages.
func (k *kernelMap) takeRange(n, window int) (KVA, error) {
	for i := len(k.ranges) - 1; i >= 0; i-- {
		if r := k.ranges[i]; r.Pages == n {
			k.ranges = slices.Delete(k.ranges, i, i+1)
			k.count(n)
			return r.KVA, nil
		}
	}
	if kva, err := k.take(n, window); err == nil {
		return kva, nil
	}
	k.breakUp()
	slices.SortFunc(k.free, func(a, b KVA) int { return int(b) - int(a) }) // the lowest is taken first
	for last := len(k.free) - 1; last >= n-1; last-- {
		if first := last - n + 1; k.free[first]-k.free[last] == KVA(n-1) {
			kva := k.free[last]
			k.free = slices.Delete(k.free, first, last+1)
			k.count(n)
			return kva, nil
		}
	}
	return 0, ErrNoKVA
}

// breakUp splits ranges into single pages.
func (k *kernelMap) breakUp() {
	for _, r := range k.ranges {
		for i := r.Pages - 1; i >= 0; i-- {
			k.free = append(k.free, r.KVA+KVA(i))
		}
	}
	k.ranges = k.ranges[:0]
}

// count adds n pages to those in use.
func (k *kernelMap) count(n int) {
	k.inUse += n
	k.high = max(k.high, k.inUse)
}
