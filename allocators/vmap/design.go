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

func timeKnob(design string) allocators.Tunable {
	return allocators.Tunable{
		Name: design + ".lazy_time", Default: 0, Min: 0, Max: 1e12,
		Doc: "cycles between two calls of vm_unmap_aliases (ours: a timer); bounds how long a freed page is reachable; 0: none",
	}
}

var (
	block, lazy           = blockKnob("vmap"), lazyKnob("vmap")
	nodesBlock, nodesLazy = blockKnob("vmap-nodes"), lazyKnob("vmap-nodes")
	period, nodesPeriod   = timeKnob("vmap"), timeKnob("vmap-nodes")
)

var abilities = allocators.Abilities{LazyReclaim: true, UnmapsAliases: true, MultiPage: maxAlloc}

// Design is vm_map_ram of Linux 3.x and 4.x.
var Design = allocators.Design{
	Name:      "vmap",
	Doc:       "per-CPU blocks of addresses, each used once; one flush of all CPUs cleans thousands of them (vm_map_ram)",
	Source:    "Linux mm/vmalloc.c, vm_map_ram, since db64fe02258f (2.6.28, 2008-10), as of 0006526d78e9",
	Abilities: abilities,
	Tunables:  []allocators.Tunable{block, lazy, period},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(block)), int(t.Get(lazy)), variant{}).every(t.Get(period)), nil
	},
}

// Nodes is vm_map_ram with vmap nodes.
var Nodes = allocators.Design{
	Name:      "vmap-nodes",
	Doc:       "vmap with a lazy list and a pool of cleaned blocks for each CPU, so that a new one needs no global lock",
	Source:    "Linux mm/vmalloc.c: 77e50af07f14 (2023, VMAP_PURGE_THRESHOLD), 282631cb2447 and 72210662c5a2 (2024, vmap nodes)",
	Abilities: abilities,
	Tunables:  []allocators.Tunable{nodesBlock, nodesLazy, nodesPeriod},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(nodesBlock)), int(t.Get(nodesLazy)), variant{perCPU: true, keep: 4, pool: 256}).every(t.Get(nodesPeriod)), nil
	},
}
