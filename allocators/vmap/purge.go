package vmap

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// allocArea is alloc_vmap_area: from the pool of this CPU's node, or from the window. If that is exhausted it purges
// everything that can be purged, and tries again: once, as Linux does, and for as long as a purge frees something, since in a small
// window other CPUs take it first.
func (a *allocator) allocArea(c *mmu.CPU, n int) (area, error) {
	node := c.ID() % len(a.nodes)
	if r, ok := a.fromPool(c, node); ok {
		return r, nil
	}
	kva, err := c.KVAAllocRange(n)
	for freed := true; err != nil && freed; {
		freed = a.purgeAll(c)
		if r, ok := a.fromPool(c, node); ok {
			return r, nil
		}
		kva, err = c.KVAAllocRange(n)
	}
	return area{kva: kva, n: n, node: node}, err
}

// flushRange is a range of addresses to flush; the zero value is empty.
type flushRange struct{ from, to mmu.KVA }

// add extends the range so that it covers n pages from kva.
func (r *flushRange) add(kva mmu.KVA, n int) {
	if r.from == r.to {
		r.from, r.to = kva, kva+mmu.KVA(n)
		return
	}
	r.from, r.to = min(r.from, kva), max(r.to, kva+mmu.KVA(n))
}

// tryPurge is try_purge_vmap_area_lazy: it leaves the work to a purge that is running.
func (a *allocator) tryPurge(c *mmu.CPU) {
	if c.TryLock(&a.purgeLock) {
		a.purge(c, flushRange{}, false)
		c.Unlock(&a.purgeLock)
	}
}

// purgeAll is reclaim_and_purge_vmap_areas, which waits for its turn. It reports whether areas were freed.
func (a *allocator) purgeAll(c *mmu.CPU) bool {
	c.Lock(&a.purgeLock)
	for cpu := range a.queues {
		for _, b := range *a.queues[cpu].list.Load(&c.CPU) {
			c.Lock(&b.lock)
			c.TouchLocked(&b.line, true)
			a.purgeFragmented(c, b, a.size+1)
			c.Unlock(&b.lock)
		}
	}
	drained := a.drain(c, 1)
	purged := a.purge(c, flushRange{}, true)
	c.Unlock(&a.purgeLock)
	return drained || purged
}

// purgeFragmented is purge_fragmented_block: it takes a block in which nothing is live, all of its pages free or dirty, if
// fewer than threshold are free. They count as dirty from here on, so that the CPU cannot use them. The block's lock is held.
func (a *allocator) purgeFragmented(c *mmu.CPU, b *vblock, threshold int) bool {
	if b.free == 0 || b.free+b.dirty != b.n || b.free >= threshold {
		return false
	}
	b.free, b.dirty = 0, b.n
	a.unlink(c, b)
	a.freeBlock(c, b)
	return true
}

// purge is __purge_vmap_area_lazy: one flush of all CPUs for the lazy areas of all nodes and for also, then the areas are free.
// The PTEs were cleared before an area came to its list. With full, no area goes into a pool. It reports whether there was a
// lazy area: if not, it has flushed nothing. The purge lock is held.
func (a *allocator) purge(c *mmu.CPU, also flushRange, full bool) bool {
	if !full {
		a.drain(c, 4)
	}
	lists := make([][]area, len(a.nodes))
	pages := 0
	for i := range a.nodes {
		n := &a.nodes[i]
		c.Lock(&n.lazyLock)
		c.TouchLocked(&n.lazyLine, true)
		lists[i], n.lazyList = n.lazyList, nil
		c.Unlock(&n.lazyLock)
		for _, r := range lists[i] {
			also.add(r.kva, r.n)
			pages += r.n
		}
	}
	if pages == 0 {
		return false
	}
	c.FlushRange(also.from, also.to)
	a.lazyNr.Add(&c.CPU, -int64(pages))
	for i, list := range lists {
		if !a.pooled || full {
			free(c, list)
			continue
		}
		for _, r := range list {
			a.toPool(c, &a.nodes[i], r)
		}
	}
	return true
}

// free is reclaim_list_global: it returns all areas to the window under one hold of its lock.
func free(c *mmu.CPU, list []area) {
	ranges := make([]mmu.KVARange, 0, len(list))
	for _, r := range list {
		ranges = append(ranges, mmu.KVARange{KVA: r.kva, Pages: r.n})
	}
	c.KVAFreeRanges(ranges...)
}

// fromPool is node_alloc: all areas here are of one size.
func (a *allocator) fromPool(c *mmu.CPU, node int) (r area, ok bool) {
	if !a.pooled {
		return r, false
	}
	n := &a.nodes[node]
	c.Lock(&n.poolLock)
	c.TouchLocked(&n.poolLine, true)
	if last := len(n.pool) - 1; last >= 0 {
		r, ok, n.pool = n.pool[last], true, n.pool[:last]
	}
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.Unlock(&n.poolLock)
	return r, ok
}

// toPool is node_pool_add_va.
func (a *allocator) toPool(c *mmu.CPU, n *node, r area) {
	c.Lock(&n.poolLock)
	c.TouchLocked(&n.poolLine, true)
	n.pool = append(n.pool, r)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.Unlock(&n.poolLock)
}

// drain is decay_va_pool_node of every node: one in part of each pool's areas, rounded down, returns to the window. Pools so
// shrink when they are not used. It reports whether there was anything.
func (a *allocator) drain(c *mmu.CPU, part int) (any bool) {
	if !a.pooled {
		return false
	}
	for i := range a.nodes {
		n := &a.nodes[i]
		c.Lock(&n.poolLock)
		c.TouchLocked(&n.poolLine, true)
		gone := n.pool[:len(n.pool)/part]
		n.pool = n.pool[len(gone):]
		c.Unlock(&n.poolLock)
		free(c, gone)
		any = any || len(gone) > 0
	}
	return any
}
