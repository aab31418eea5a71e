package quickpage

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// Design is pmap_quick_enter_page of FreeBSD i386.
var Design = allocators.Design{
	Name:      "quickpage",
	Doc:       "one reserved address on each CPU, mapped and flushed locally; one page at a time, and no sleep",
	Source:    "FreeBSD sys/i386/i386/pmap.c, pmap_quick_enter_page, r286296 (2015-08)",
	Abilities: allocators.Abilities{CPUPrivate: true, FixedSize: true, NoSleep: true},
	New: func(m *mmu.Machine, _ allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m)
	},
}
