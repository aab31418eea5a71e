package lwbufrbtree

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
)

// capacity is the only objcache tunable on offer: with a limit, an alloc could sleep for a plain lwbuf while the tree
// holds idle elements.
var capacity = objcache.Tunables()[0]

// maxKnob is the sysctl that the mail wanted.
var maxKnob = allocators.Tunable{
	Name: "lwbuf-rbtree.max", Default: 1024, Min: 0, Max: 65535,
	Doc: "mappings that a tree retains, one KVA page each; 0 is plain lwbuf; a sysctl, it may be changed while running",
}

const (
	scopeCPU    = 0
	scopeGlobal = 1
)

var scopeKnob = allocators.Tunable{
	Name: "lwbuf-rbtree.scope", Default: scopeCPU, Min: scopeCPU, Max: scopeGlobal, Values: []string{"cpu", "global"},
	Doc: "cpu: a tree for each CPU, no lock; global: one tree under a spinlock",
}

// Design is the cached lwbuf that the review of March 2009 asked for; it was never built (docs/DESIGNS.md, lwbuf-rbtree).
var Design = allocators.Design{
	Name: "lwbuf-rbtree",
	Doc:  "lwbufs that retain their mappings in a red-black tree by page: the same page again costs no TLB work",
	Source: "DragonFly BSD kernel mailing list, 2009-03-10: asked for in the review (Dillon), sketched in the reply (Greear); " +
		"never built, here on lwbuf of 1f3936d6eb",
	Tunables: []allocators.Tunable{maxKnob, scopeKnob, capacity},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		plain := allocators.Tuning{capacity.Name: t.Get(capacity)}
		return newAllocator(m, int(t.Get(maxKnob)), t.Get(scopeKnob) == scopeGlobal, plain), nil
	},
}
