package emap

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
)

// maxPages is the largest quantum cache of the arena, and the largest mapping here.
const maxPages = 16

// Design is uvm_emap of NetBSD.
var Design = allocators.Design{
	Name:      "emap",
	Doc:       "mappings with generation numbers: a CPU that is behind flushes its whole TLB when it first reads; no IPI, no invlpg",
	Source:    "NetBSD sys/uvm/uvm_emap.c 1.2 (2009) and 1.9 (2012)",
	Abilities: allocators.Abilities{MultiPage: maxPages},
	Tunables:  objcache.Tunables()[:1],
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, t), nil
	},
}
