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

// Fixed is lwbuf with the mail's fix (DragonFly BSD, 1f3936d6eb, 31 March 2010; docs/DESIGNS.md, lwbuf, fixed).
var Fixed = allocators.Design{
	Name:     "lwbuf",
	Doc:      "a cached KVA page, remapped and flushed locally for each use; other CPUs flush in kva()",
	Source:   "DragonFly BSD i386 lwbuf, commit 1f3936d6eb, 2010-03-31 (kern.ipc.lwbuf_count: see lwbuf.count)",
	Tunables: append(objcache.Tunables(), countKnob),
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, "lwbuf", t, rules{count: t.Get(countKnob) == 1}), nil
	},
}

// Submitted is lwbuf as first posted (7 March 2009; reconstructed, docs/DESIGNS.md, lwbuf as submitted), with the bug that
// the review found.
var Submitted = allocators.Design{
	Name:       "lwbuf-submitted",
	Doc:        "lwbuf as first submitted: stale mask bits from the previous use survive",
	Source:     "DragonFly BSD kernel mailing list, 2009-03-07 and 2009-03-10; reconstruction: the patch is no longer public",
	KnownKinds: []mmu.FindingKind{mmu.StaleAccess, mmu.StaleRisk},
	KnownFault: "cpumask |= instead of =: a CPU that used the previous mapping is trusted and may use its stale TLB entry",
	Tunables:   objcache.Tunables(),
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, "lwbuf", t, rules{orOnAlloc: true, keepOnFree: true}), nil
	},
}
