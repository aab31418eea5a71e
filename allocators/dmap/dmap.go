package dmap

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// allocator has no state.
type allocator struct{}

// buf is the page itself (struct sf_buf * is a cast vm_page_t).
type buf struct{ m *mmu.Page }

var (
	_ allocators.Globaler   = allocator{}
	_ allocators.Referencer = allocator{}
)

// Alloc is sf_buf_alloc on amd64: it returns the page.
func (allocator) Alloc(_ *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	return buf{pg}, nil
}

// KVA is PHYS_TO_DMAP, valid on every CPU.
func (b buf) KVA(c *mmu.CPU) mmu.KVA { return c.Direct(b.m) }

// Page returns the page.
func (b buf) Page() *mmu.Page { return b.m }

// SetGlobal is lwbuf_set_global on x86_64, an empty macro.
func (allocator) SetGlobal(*mmu.CPU, allocators.Buf) {}

// Ref is sf_buf_ref, which has nothing to count.
func (allocator) Ref(*mmu.CPU, allocators.Buf) {}

// Free does nothing.
func (allocator) Free(*mmu.CPU, allocators.Buf) {}
