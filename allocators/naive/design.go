package naive

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// nsfbufs is 512 + 16 x maxusers. 32 is the smallest maxusers that the kernel chose by itself.
var nsfbufs = allocators.Tunable{
	Name: "naive.nsfbufs", Pool: true, Default: 1024, Min: 1, Max: 65536,
	Doc: "buffers, one KVA page each; the kernel's default is 1,024 to 6,656",
}

// Design maps and unmaps every time (DragonFly BSD sys/kern/uipc_syscalls.c before dfbcf5a390, 2003).
var Design = allocators.Design{
	Name:       "naive",
	Doc:        "maps and unmaps each time; each time every CPU flushes its whole TLB",
	Source:     "DragonFly BSD sys/kern/uipc_syscalls.c, parent of commit dfbcf5a390, 2003-12 (FreeBSD-4 heritage)",
	KnownKinds: []mmu.FindingKind{mmu.StaleAccess, mmu.StaleRisk},
	KnownRace:  "pmap_qenter does not wait for its broadcast flush: a CPU that receives the mapping before the IPI may use its old entry",
	Catches:    true,
	Tunables:   []allocators.Tunable{nsfbufs},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, int(t.Get(nsfbufs)))
	},
}
