package vmap

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// every sets the cycles between two calls of vm_unmap_aliases.
func (a *allocator) every(period int64) *allocator {
	a.timer = allocators.NewTimer("vmap timer", period)
	return a
}

// expire is ours: it calls vm_unmap_aliases when the last call began lazy_time ago, so that no TLB has a page that was freed before.
func (a *allocator) expire(c *mmu.CPU) {
	if a.timer.Begin(c) {
		a.UnmapAliases(c)
		a.timer.End(c)
	}
}
