package sfbuf2010

import (
	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// sfBuf is struct sf_buf: the lwbuf and the references to it.
type sfBuf struct {
	lwbuf allocators.Buf
	refs  smp.Word
}

// allocator is the sf_buf objcache of one machine, on the machine's lwbufs.
type allocator struct {
	cache *objcache.Cache
	lwbuf allocators.Allocator
}

var (
	_ allocators.Referencer = (*allocator)(nil)
	_ allocators.Masked     = (*sfBuf)(nil)
)

func newAllocator(m *mmu.Machine, t allocators.Tuning) (*allocator, error) {
	lw, err := lwbuf.Fixed.New(m, t)
	if err != nil {
		return nil, err
	}
	a := &allocator{lwbuf: lw}
	a.cache = objcache.New(m, "sf_buf", t, ctor, dtor)
	return a, nil
}

// ctor is sf_buf_cache_ctor: no lwbuf, no references.
func ctor(*mmu.CPU) (any, error) { return new(sfBuf), nil }

func dtor(*mmu.CPU, any) {}
