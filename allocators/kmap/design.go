package kmap

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// slots is LAST_PKMAP.
var slots = allocators.Tunable{
	Name: "kmap.slots", Pool: true, Default: 1024, Min: 1, Max: 65536,
	Doc: "addresses of the pkmap table, one KVA page each (LAST_PKMAP: 1,024, and 512 with PAE)",
}

// Design is kmap (Linux mm/highmem.c).
var Design = allocators.Design{
	Name:      "kmap",
	Doc:       "one global table of addresses under one lock; unused ones are flushed on all CPUs together, when the table wraps",
	Source:    "Linux mm/highmem.c, kmap_high and flush_all_zero_pkmaps, as of 0060ef3b4e6d",
	Abilities: allocators.Abilities{FixedSize: true, UnmapsAliases: true},
	Tunables:  []allocators.Tunable{slots},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(slots)))
	},
}
