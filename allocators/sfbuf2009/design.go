package sfbuf2009

import (
	"slices"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/mmu"
)

// hashKnob sizes the hash. The submitted size is unknown; hashinit(nsfbufs) gave the original at least 1,024 chains.
var hashKnob = allocators.Tunable{
	Name: "sfbuf-2009.hash", Default: 1024, Min: 1, Max: 65536,
	Doc: "chains of the hash, rounded up to a power of two",
}

// Design is the submitted sf_buf (DragonFly BSD kernel mailing list, March 2009; reconstructed).
var Design = allocators.Design{
	Name:     "sfbuf-2009",
	Doc:      "a hash of the mappings in use, under a spinlock, on lwbufs: shared while uses overlap, nothing retained",
	Source:   "DragonFly BSD kernel mailing list, 2009-03-07; reconstruction: the patch is no longer public",
	Tunables: slices.Concat([]allocators.Tunable{hashKnob}, lwbuf.Fixed.Tunables),
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, t)
	},
}
