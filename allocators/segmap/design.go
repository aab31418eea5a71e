package segmap

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// slotsKnob sizes segkmap.
var slotsKnob = allocators.Tunable{
	Name: "segmap.slots", Pool: true, Default: 8192, Min: 1, Max: 32768,
	Doc: "slots of 8 KB, two KVA pages each (segmapsize: 64 MB on x86)",
}

// Design is segmap of illumos.
var Design = allocators.Design{
	Name:      "segmap",
	Doc:       "8 KB slots keyed by file offset keep their mapping until recycled; each recycling is a cross-call to all CPUs",
	Source:    "illumos usr/src/uts/common/vm/seg_map.c (Solaris)",
	Abilities: allocators.Abilities{FixedSize: true},
	Tunables:  []allocators.Tunable{slotsKnob},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(slotsKnob)))
	},
}
