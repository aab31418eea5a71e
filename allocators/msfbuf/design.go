package msfbuf

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

var (
	bufs = allocators.Tunable{
		Name: "msfbuf.bufs", Pool: true, Default: 256, Min: 1, Max: 2048, Doc: "windows (kern.ipc.msfbufs)",
	}
	pages = allocators.Tunable{
		Name: "msfbuf.pages", Default: 32, Min: 1, Max: 32, Doc: "KVA pages of a window (MAXPHYS / PAGE_SIZE)",
	}
)

// Design is msf_buf of DragonFly.
var Design = allocators.Design{
	Name:       "msfbuf",
	Doc:        "windows of 32 pages that keep their mappings; a private remap writes and flushes only the pages that changed",
	Source:     "DragonFly BSD sys/kern/kern_msfbuf.c at 6446af7bd9, 2009-03-08 (d6a46bb7c4, 2004)",
	KnownRace:  "pmap_qenter does not wait for its broadcast flush: a CPU that receives a global mapping before the IPI may use its old entry",
	KnownKinds: []mmu.FindingKind{mmu.StaleAccess, mmu.StaleRisk},
	Abilities:  allocators.Abilities{FixedSize: true, MultiPage: 32},
	Tunables:   []allocators.Tunable{bufs, pages},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(bufs)), int(t.Get(pages)))
	},
}
