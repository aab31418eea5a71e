package emap

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// window is a range of addresses of the arena, and the handle of what it maps.
type window struct {
	a   *allocator
	kva mmu.KVA
	n   int // pages
	m   *mmu.Page
	gen int64 // of the produce that made the mapping usable
}

// percpu is ci_emap of one CPU. Only that CPU touches it.
type percpu struct {
	gen int64 // the CPU has flushed since this generation
	_   [64]byte
}

// allocator is the arena with its quantum caches, one for each size, and the generations.
type allocator struct {
	caches []*objcache.Cache
	gen    smp.Word // _emap_gen
	cpus   []percpu
}

var _ allocators.MultiPager = (*allocator)(nil)

func newAllocator(m *mmu.Machine, t allocators.Tuning) *allocator {
	a := &allocator{cpus: make([]percpu, m.NCPU())}
	a.gen.Set(1)
	for i := range a.cpus {
		a.cpus[i].gen = 1
	}
	for n := 1; n <= maxPages; n++ {
		a.caches = append(a.caches, objcache.New(m, fmt.Sprintf("emap-%d", n), t, a.ctor(n), dtor))
	}
	return a
}

// ctor takes a range from the arena.
func (a *allocator) ctor(n int) func(*mmu.CPU) (any, error) {
	return func(c *mmu.CPU) (any, error) {
		kva, err := c.KVAAllocRange(n)
		if err != nil {
			return nil, err
		}
		return &window{a: a, kva: kva, n: n}, nil
	}
}

// dtor returns a range to the arena. Its PTEs are zero, and nothing is flushed: only emap uses the arena.
func dtor(c *mmu.CPU, obj any) { c.KVAFreeRange(obj.(*window).kva, obj.(*window).n) }
