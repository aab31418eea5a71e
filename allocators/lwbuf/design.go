package lwbuf

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
)

var countKnob = allocators.Tunable{
	Name: "lwbuf.count", Default: 0, Min: 0, Max: 1,
	Doc: "1: count live lwbufs in one shared word with an atomic add, as the commit did (kern.ipc.lwbuf_count)",
}

// Fixed is lwbuf with the mail's fix (DragonFly BSD, 1f3936d6eb, 31 March 2010; ALLOCATORS.md 4.6).
var Fixed = allocators.Design{
	Name:     "lwbuf",
	Doc:      "a cached KVA page remapped for each use, flushed on this CPU only; strays flush for themselves",
	Source:   "DragonFly BSD i386 lwbuf, commit 1f3936d6eb, 2010-03-31 (kern.ipc.lwbuf_count: see lwbuf.count)",
	Tunables: append(objcache.Tunables(), countKnob),
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, "lwbuf", t, rules{count: t.Get(countKnob) == 1}), nil
	},
}

// Submitted is lwbuf as the mail submitted it (7 March 2009; reconstructed, ALLOCATORS.md 4.1), with the bug that the
// review found.
var Submitted = allocators.Design{
	Name:       "lwbuf-submitted",
	Doc:        "lwbuf as first submitted: the mask of an object's former life survives its reuse",
	Source:     "DragonFly BSD kernel mailing list, 2009-03-07 and 2009-03-10; reconstruction, the patch is not public any more",
	KnownFault: "cpumask |= where = was needed: a CPU of a former life is trusted and may use its stale TLB entry",
	Tunables:   objcache.Tunables(),
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, "lwbuf", t, rules{orOnAlloc: true, keepOnFree: true}), nil
	},
}
