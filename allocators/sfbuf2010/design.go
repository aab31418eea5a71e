package sfbuf2010

import (
	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/mmu"
)

// Design is the committed sf_buf (DragonFly BSD sys/kern/kern_sfbuf.c, 5c5185ae1c, 2010).
var Design = allocators.Design{
	Name:     "sfbuf-2010",
	Doc:      "a reference count around an lwbuf that is made global at once: no hash, a rendezvous for every page",
	Source:   "DragonFly BSD sys/kern/kern_sfbuf.c, commit 5c5185ae1c, 2010-03-18, on the lwbuf of 1f3936d6eb",
	Tunables: lwbuf.Fixed.Tunables,
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, t)
	},
}
