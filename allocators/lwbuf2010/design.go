package lwbuf2010

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
)

// The tunables. The commits had constants and no sysctls (kern.ipc.lwbuf_reserve appeared a day later, unused).
var (
	perCPUReserve = reserveKnob("lwbuf-2010-percpu")
	perCPUGrow    = growKnob("lwbuf-2010-percpu")
	bootBug       = allocators.Tunable{
		Name: "lwbuf-2010-percpu.bootbug", Default: 1, Min: 0, Max: 1,
		Doc: "1: init fills the boot CPU's list 16 times and leaks 15 of the blocks, as the commit did; 0: it fills each CPU's once",
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
		Name: design + ".grow", Default: 32, Min: 1, Max: 1024, Doc: "KVA pages of the block that an empty list takes",
	}
}

// PerCPU is lwbuf as first committed (DragonFly BSD i386, 5c5185ae1c and c64a8596f0, 18 March 2010).
var PerCPU = allocators.Design{
	Name:     "lwbuf-2010-percpu",
	Doc:      "lwbuf with per-CPU lists of KVA pages; a page goes to the freeing CPU: no lock, KVA grows where mappings flow one way",
	Source:   "DragonFly BSD i386 lwbuf, commits 5c5185ae1c and c64a8596f0, 2010-03-18",
	Grows:    "a page freed on another CPU never returns to the CPU that allocated it",
	Tunables: append([]allocators.Tunable{perCPUReserve, perCPUGrow, bootBug}, objcache.Tunables()...),
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newPerCPU(m, t)
	},
}

// Owner is lwbuf of 30 March 2010 (DragonFly BSD i386, 8d79eb09eb).
var Owner = allocators.Design{
	Name:      "lwbuf-2010-owner",
	Doc:       "per-CPU lists of lwbufs; one freed elsewhere returns to its owner by a passive IPI message",
	Source:    "DragonFly BSD i386 lwbuf, commit 8d79eb09eb, 2010-03-30",
	Abilities: allocators.Abilities{LazyReclaim: true},
	Tunables:  []allocators.Tunable{ownerReserve, ownerGrow},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newOwner(m, t)
	},
}
