package vmap

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// maxAlloc is VMAP_MAX_ALLOC on a 64-bit machine: larger requests would go straight to the area allocator.
const maxAlloc = 64

func blockKnob(design string) allocators.Tunable {
	return allocators.Tunable{
		Name: design + ".block", Default: 0, Min: 0, Max: 1024,
		Doc: "pages of a block (VMAP_BBMAP_BITS); 0: Linux's rule, from the window and the number of CPUs",
	}
}

func lazyKnob(design string) allocators.Tunable {
	return allocators.Tunable{
		Name: design + ".lazy_max", Default: 0, Min: 0, Max: 1 << 20,
		Doc: "pages that may wait for a purge (lazy_max_pages); 0: Linux's rule, 32 MB x fls(CPUs)",
	}
}

var (
	block, lazy           = blockKnob("vmap"), lazyKnob("vmap")
	nodesBlock, nodesLazy = blockKnob("vmap-nodes"), lazyKnob("vmap-nodes")
)

var abilities = allocators.Abilities{LazyReclaim: true, MultiPage: maxAlloc}

// Design is vm_map_ram of Linux 3.x and 4.x.
var Design = allocators.Design{
	Name:      "vmap",
	Doc:       "per-CPU blocks of addresses, each used once; one flush of all CPUs cleans thousands of them (vm_map_ram)",
	Source:    "Linux mm/vmalloc.c, vm_map_ram, since db64fe02258f (2.6.28, 2008-10), as of 0006526d78e9",
	Abilities: abilities,
	Tunables:  []allocators.Tunable{block, lazy},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(block)), int(t.Get(lazy)), false), nil
	},
}

// Nodes is vm_map_ram with node pools.
var Nodes = allocators.Design{
	Name:      "vmap-nodes",
	Doc:       "vmap whose cleaned blocks stay in a pool of each CPU, so that a new one needs no global lock",
	Source:    "Linux mm/vmalloc.c, vmap nodes (2024, patch series; exact version unverified)",
	Abilities: abilities,
	Tunables:  []allocators.Tunable{nodesBlock, nodesLazy},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(nodesBlock)), int(t.Get(nodesLazy)), true), nil
	},
}
