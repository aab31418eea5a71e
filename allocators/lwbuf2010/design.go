package lwbuf2010

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
)

// The tunables. The commits had constants and no sysctls (kern.ipc.lwbuf_reserve came a day later and died at once).
var (
	perCPUReserve = reserveKnob("lwbuf-2010-percpu")
	perCPUGrow    = growKnob("lwbuf-2010-percpu")
	bootBug       = allocators.Tunable{
		Name: "lwbuf-2010-percpu.bootbug", Default: 1, Min: 0, Max: 1,
		Doc: "1: boot fills the boot CPU's list 16 times over and leaks all but the last filling, as the commit did; 0: each CPU's once",
	}
	ownerReserve = reserveKnob("lwbuf-2010-owner")
	ownerGrow    = growKnob("lwbuf-2010-owner")
)

func reserveKnob(design string) allocators.Tunable {
	return allocators.Tunable{
		Name: design + ".reserve", Default: 256, Min: 0, Max: 4096,
		Doc: "KVA pages for each CPU at boot (less where the KVA window is too small)",
	}
}

func growKnob(design string) allocators.Tunable {
	return allocators.Tunable{
		Name: design + ".grow", Default: 32, Min: 1, Max: 1024, Doc: "KVA pages taken at once when a list is empty",
	}
}

// PerCPU is lwbuf as first committed (DragonFly BSD i386, 5c5185ae1c and c64a8596f0, 18 March 2010).
var PerCPU = allocators.Design{
	Name:     "lwbuf-2010-percpu",
	Doc:      "lwbuf with lists of KVA pages that belong to the CPU that frees: no lock, KVA grows where mappings flow one way",
	Source:   "DragonFly BSD i386 lwbuf, commits 5c5185ae1c and c64a8596f0, 2010-03-18",
	Grows:    "a page freed on another CPU than it was mapped on never comes back",
	Tunables: append([]allocators.Tunable{perCPUReserve, perCPUGrow, bootBug}, objcache.Tunables()...),
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newPerCPU(m, t)
	},
}

// Owner is lwbuf of the 30 March 2010 (DragonFly BSD i386, 8d79eb09eb).
var Owner = allocators.Design{
	Name:     "lwbuf-2010-owner",
	Doc:      "lwbufs that return to the CPU that owns them, by a message that the owner finds when it next looks",
	Source:   "DragonFly BSD i386 lwbuf, commit 8d79eb09eb, 2010-03-30",
	Tunables: []allocators.Tunable{ownerReserve, ownerGrow},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newOwner(m, t)
	},
}
