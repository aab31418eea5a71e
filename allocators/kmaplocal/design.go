package kmaplocal

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

var (
	localSlots  = slotsKnob("kmap-local", 16, "slots of a CPU, one KVA page each (KM_MAX_IDX)")
	atomicSlots = slotsKnob("kmap-atomic", 20, "slots of a CPU, one KVA page each (KM_TYPE_NR)")
)

func slotsKnob(design string, n int64, doc string) allocators.Tunable {
	return allocators.Tunable{Name: design + ".slots", Default: n, Min: 1, Max: 64, Doc: doc}
}

// Local is kmap_local_page (Linux mm/highmem.c since 5.11).
var Local = allocators.Design{
	Name:      "kmap-local",
	Doc:       "a stack of fixed slots on each CPU, flushed locally at unmap; mappings follow their thread through context switches",
	Source:    "Linux mm/highmem.c, kmap_local_page, f3ba3c710ac5 (5.11, 2020-11)",
	Abilities: allocators.Abilities{CPUPrivate: true, FixedSize: true},
	Tunables:  []allocators.Tunable{localSlots},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		s, err := newStacks(m, localSlots.Name, int(t.Get(localSlots)))
		return &local{s}, err
	},
}

// Atomic is kmap_atomic (Linux arch/x86/mm/highmem_32.c, 2.6.37 to 5.10).
var Atomic = allocators.Design{
	Name:      "kmap-atomic",
	Doc:       "kmap-local with preemption disabled while a mapping is held: no context switch, and no sleep",
	Source:    "Linux arch/x86/mm/highmem_32.c, kmap_atomic, 3e4d3af501cc (2.6.37, 2010-10)",
	Abilities: allocators.Abilities{CPUPrivate: true, FixedSize: true, NoSleep: true},
	Tunables:  []allocators.Tunable{atomicSlots},
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newStacks(m, atomicSlots.Name, int(t.Get(atomicSlots)))
	},
}
