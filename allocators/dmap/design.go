package dmap

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// Design is the direct map (FreeBSD sys/amd64/include/sf_buf.h, DragonFly 7a683a249a of 2011, illumos seg_kpm.c).
var Design = allocators.Design{
	Name:      "dmap",
	Doc:       "the direct map of 64-bit kernels: the handle is the page, nothing is mapped or flushed; the floor",
	Source:    "FreeBSD amd64 sf_buf; DragonFly BSD x86_64 lwbuf, 7a683a249a, 2011-01-19; Linux page_address; illumos segkpm",
	Floor:     true,
	Abilities: allocators.Abilities{CannotRunOut: true},
	New:       func(*mmu.Machine, allocators.Tuning) (allocators.Allocator, error) { return allocator{}, nil },
}
