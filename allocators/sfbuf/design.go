package sfbuf

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// nsfbufs is kern.ipc.nsfbufs: 512 + 16 x maxusers, 1,024 to 6,656 by default.
var nsfbufs = allocators.Tunable{
	Name: "sfbuf.nsfbufs", Pool: true, Default: 1024, Min: 1, Max: 65536,
	Doc: "buffers, one KVA page each (kern.ipc.nsfbufs); the kernel's default is 1,024 to 6,656",
}

// quick is debug.sfbuf_quick.
var quick = allocators.Tunable{
	Name: "sfbuf.quick", Default: 1, Min: 0, Max: 1,
	Doc: "1: private requests flush this CPU only (debug.sfbuf_quick); 0: every mapping is global",
}

// Design is the original sf_buf (DragonFly BSD sys/kern/kern_sfbuf.c, 2004 to 2010).
var Design = allocators.Design{
	Name:     "sfbuf",
	Doc:      "a hash of retained mappings under one lock; reuse costs no TLB work",
	Source:   "DragonFly BSD sys/kern/kern_sfbuf.c at 6446af7bd9, 2009-03-08 (24712b9068, 2004-04-01)",
	Tunables: []allocators.Tunable{nsfbufs, quick},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(nsfbufs)), t.Get(quick) == 1)
	},
}
