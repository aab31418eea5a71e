package vmap

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// UnmapAliases is vm_unmap_aliases: one flush of all CPUs for every page that has been freed. It purges the lazy lists; it takes
// fragmented blocks out of use, as far as the variant's threshold allows; and it flushes what is dirty in the other blocks, which
// stays dirty. A block that is used up and partly live is in no queue: only the trees have it (fc1e0d980037).
func (a *allocator) UnmapAliases(c *mmu.CPU) {
	c.Lock(&a.purgeLock)
	var dirty flushRange
	for i := range a.trees {
		for _, b := range a.trees[i].all(c) {
			c.Lock(&b.lock)
			c.TouchLocked(&b.line, true)
			c.Charge(smp.CostAlloc, c.Costs().Instr)
			if !a.purgeFragmented(c, b, a.threshold) && b.dirtyMax > 0 && b.dirty != b.n {
				dirty.add(b.kva+mmu.KVA(b.dirtyMin), b.dirtyMax-b.dirtyMin)
				b.dirtyMin, b.dirtyMax = b.n, 0 // so that the next call does not flush them again
			}
			c.Unlock(&b.lock)
		}
	}
	if !a.purge(c, dirty, false) && dirty.from < dirty.to {
		c.FlushRange(dirty.from, dirty.to)
	}
	c.Unlock(&a.purgeLock)
}

// all returns the blocks of a tree, which RCU keeps valid: one that has gone meanwhile is all dirty.
func (t *tree) all(c *mmu.CPU) []*vblock {
	c.Lock(&t.lock)
	list := append([]*vblock(nil), t.blocks...)
	c.Unlock(&t.lock)
	return list
}
