package sfbuffreebsd

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// nsfbufs is NSFBUFS, kern.ipc.nsfbufs.
var nsfbufs = allocators.Tunable{
	Name: "sfbuf-freebsd.nsfbufs", Pool: true, Default: 1024, Min: 1, Max: 65536,
	Doc: "buffers, one KVA page each (kern.ipc.nsfbufs); the kernel's default is 1,024 to 6,656",
}

// exchangeKnob repairs the race that check --speculative finds.
var exchangeKnob = allocators.Tunable{
	Name: "sfbuf-freebsd.exchange", Default: 0, Min: 0, Max: 1,
	Doc: "1: exchange the old and new PTEs atomically; 0: read the old one first, as the kernel does",
}

// Design is sf_buf of FreeBSD i386.
var Design = allocators.Design{
	Name:     "sfbuf-freebsd",
	Doc:      "sf_buf with true LRU; it flushes only CPUs missing from the mask, and none for a mapping that was never accessed",
	Source:   "FreeBSD sys/i386/i386/vm_machdep.c, 2004 to 2014, as of 9.3",
	Tunables: []allocators.Tunable{nsfbufs, exchangeKnob},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(nsfbufs)), t.Get(exchangeKnob) == 1)
	},
}
