package vmap

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// allocArea is alloc_vmap_area: from the pool of this CPU's node, or from the window. If that is exhausted it purges
// everything that can be purged, and tries once more.
func (a *allocator) allocArea(c *mmu.CPU, n int) (area, error) {
	if r, ok := a.fromPool(c, n); ok {
		return r, nil
	}
	kva, err := c.KVAAllocRange(n)
	if err != nil && a.purgeAll(c) {
		if r, ok := a.fromPool(c, n); ok {
			return r, nil
		}
		kva, err = c.KVAAllocRange(n)
	}
	return area{kva: kva, n: n, node: c.ID()}, err
}

// tryPurge is try_purge_vmap_area_lazy: it leaves the work to a purge that is running.
func (a *allocator) tryPurge(c *mmu.CPU) {
	if c.TryLock(&a.purgeLock) {
		a.purge(c, a.pools != nil)
		c.Unlock(&a.purgeLock)
	}
}

// purgeAll is purge_vmap_area_lazy, which waits for its turn, after purge_fragmented_blocks_allcpus. It reports whether areas
// were freed.
func (a *allocator) purgeAll(c *mmu.CPU) bool {
	c.Lock(&a.purgeLock)
	for cpu := range a.queues {
		a.purgeFragmented(c, cpu)
	}
	freed := a.purge(c, false)
	c.Unlock(&a.purgeLock)
	return a.drainPools(c) || freed
}

// purgeFragmented takes the blocks of one CPU's queue in which nothing is live: all of their pages are free or dirty. They
// count as dirty from here on, so that the CPU cannot use them.
func (a *allocator) purgeFragmented(c *mmu.CPU, cpu int) {
	q := &a.queues[cpu]
	for _, b := range *q.list.Load(&c.CPU) {
		c.Lock(&b.lock)
		c.TouchLocked(&b.line, true)
		if b.free == 0 || b.free+b.dirty != b.n {
			c.Unlock(&b.lock)
			continue
		}
		b.free, b.dirty = 0, b.n
		a.unlink(c, b)
		c.Unlock(&b.lock)
		a.walkTree(c)
		c.Lock(&a.lazyLock)
		c.TouchLocked(&a.lazyLine, true)
		a.lazyList = append(a.lazyList, b.area)
		c.Unlock(&a.lazyLock)
		a.lazyNr.Add(&c.CPU, int64(b.n))
	}
}

// purge is __purge_vmap_area_lazy: one flush of all CPUs for the whole list, then the areas are free. The PTEs were cleared
// before an area came to the list. keep puts them into their node's pool. The purge lock is held.
func (a *allocator) purge(c *mmu.CPU, keep bool) bool {
	c.Lock(&a.lazyLock)
	c.TouchLocked(&a.lazyLine, true)
	list := a.lazyList
	a.lazyList = nil
	c.Unlock(&a.lazyLock)
	if len(list) == 0 {
		return false
	}
	lo, hi, pages := list[0].kva, list[0].kva, 0
	for _, r := range list {
		lo, hi, pages = min(lo, r.kva), max(hi, r.kva+mmu.KVA(r.n)), pages+r.n
	}
	c.FlushRange(lo, hi)
	a.lazyNr.Add(&c.CPU, -int64(pages))
	if keep {
		a.decay(c)
	}
	for _, r := range list {
		if keep {
			a.toPool(c, r)
		} else {
			c.KVAFreeRange(r.kva, r.n)
		}
	}
	return true
}

// fromPool is node_alloc.
func (a *allocator) fromPool(c *mmu.CPU, n int) (r area, ok bool) {
	if a.pools == nil {
		return r, false
	}
	p := &a.pools[c.ID()]
	c.Lock(&p.lock)
	c.TouchLocked(&p.line, true)
	if last := len(p.areas) - 1; last >= 0 && p.areas[last].n == n {
		r, ok, p.areas = p.areas[last], true, p.areas[:last]
	}
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.Unlock(&p.lock)
	return r, ok
}

// toPool is node_pool_add_va.
func (a *allocator) toPool(c *mmu.CPU, r area) {
	p := &a.pools[r.node]
	c.Lock(&p.lock)
	c.TouchLocked(&p.line, true)
	p.areas = append(p.areas, r)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.Unlock(&p.lock)
}

// decay is decay_va_pool_node: a quarter of each pool returns to the window, so that pools shrink when they are not used.
func (a *allocator) decay(c *mmu.CPU) {
	for i := range a.pools {
		a.shrink(c, &a.pools[i], 4)
	}
}

// drainPools returns all pools to the window. It reports whether there was anything.
func (a *allocator) drainPools(c *mmu.CPU) (any bool) {
	for i := range a.pools {
		any = a.shrink(c, &a.pools[i], 1) || any
	}
	return any
}

// shrink returns one in part of a pool's areas, rounded up, to the window.
func (a *allocator) shrink(c *mmu.CPU, p *pool, part int) bool {
	c.Lock(&p.lock)
	c.TouchLocked(&p.line, true)
	n := (len(p.areas) + part - 1) / part
	gone := p.areas[:n]
	p.areas = p.areas[n:]
	c.Unlock(&p.lock)
	for _, r := range gone {
		c.KVAFreeRange(r.kva, r.n)
	}
	return n > 0
}
