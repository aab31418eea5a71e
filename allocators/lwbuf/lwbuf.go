package lwbuf

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// rules distinguishes the variants.
type rules struct {
	orOnAlloc  bool // alloc ORs the own bit into the mask (wrong with keepOnFree); else it assigns
	keepOnFree bool // free leaves the mask; else it zeroes it
	count      bool // kern.ipc.lwbuf_count
}

// lwbuf is struct lwbuf: the page, its address, and the CPUs known not to hold a stale entry for it.
type lwbuf struct {
	a    *allocator
	m    *mmu.Page
	kva  mmu.KVA
	mask mmu.Mask
	line smp.Line
}

// allocator is the lwbuf objcache of one machine.
type allocator struct {
	rules
	cache     *objcache.Cache
	all       mmu.Mask // (cpumask_t)-1
	countLine smp.Line
	second    mmu.Cycles
}

var (
	_ allocators.Globaler = (*allocator)(nil)
	_ allocators.Masked   = (*lwbuf)(nil)
)

func newAllocator(m *mmu.Machine, name string, t allocators.Tuning, r rules) *allocator {
	a := mmu.Make(m, allocator{rules: r, all: smp.AllOnes(m.NCPU()), second: mmu.Cycles(m.Spec().ClockHz)})
	a.cache = objcache.New(m, name, t, a.ctor, a.dtor)
	return a
}

// ctor is lwbuf_cache_ctor: one no-fault KVA page that stays with the object.
func (a *allocator) ctor(c *mmu.CPU) (any, error) {
	kva, err := c.KVAAlloc()
	if err != nil {
		return nil, err
	}
	return &lwbuf{a: a, kva: kva}, nil
}

// dtor is lwbuf_cache_dtor: the PTE is still valid, so kmem_free shoots it down everywhere.
func (a *allocator) dtor(c *mmu.CPU, obj any) { c.KVAFree(obj.(*lwbuf).kva) }
