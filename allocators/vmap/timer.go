package vmap

import "lwbench/mmu"

// every sets the cycles between two calls of vm_unmap_aliases.
func (a *allocator) every(period int64) *allocator {
	a.lazyTime = mmu.Cycles(period)
	return a
}

// expire is ours: it calls vm_unmap_aliases when the last call began lazy_time ago, so that no TLB has a page that was freed before.
// A kernel would do it in a timer, which does not depend on the next alloc or free.
func (a *allocator) expire(c *mmu.CPU) {
	if a.lazyTime == 0 || !a.unaliasDue(c) || !c.TryLock(&a.timerLock) {
		return
	}
	if a.unaliasDue(c) { // still: nobody has done it in between
		a.unaliased.Store(&c.CPU, int64(c.ReadTSC()))
		a.UnmapAliases(c)
	}
	c.Unlock(&a.timerLock)
}

func (a *allocator) unaliasDue(c *mmu.CPU) bool {
	return c.ReadTSC()-mmu.Cycles(a.unaliased.Load(&c.CPU)) >= a.lazyTime
}
