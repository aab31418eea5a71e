package sfbuf2010

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
)

// Alloc is sf_buf_alloc: a structure, an lwbuf, one rendezvous. If the lwbuf fails, the structure is freed.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	obj, err := a.cache.Get(c, f&allocators.NoWait == 0)
	if err != nil {
		return nil, fmt.Errorf("sf_buf: %w: %w", allocators.ErrNoBuf, err)
	}
	sf := obj.(*sfBuf)
	if sf.lwbuf, err = a.lwbuf.Alloc(c, pg, f); err != nil {
		a.cache.Put(c, sf)
		return nil, err
	}
	a.lwbuf.(allocators.Globaler).SetGlobal(c, sf.lwbuf)
	sf.refs.Set(1)
	return sf, nil
}

// Ref is sf_buf_ref.
func (a *allocator) Ref(c *mmu.CPU, b allocators.Buf) { b.(*sfBuf).refs.Add(&c.CPU, 1) }

// KVA is sf_buf_kva: the lwbuf's address, which is valid on every CPU.
func (sf *sfBuf) KVA(c *mmu.CPU) mmu.KVA { return sf.lwbuf.KVA(c) }

// Page is sf_buf_page.
func (sf *sfBuf) Page() *mmu.Page { return sf.lwbuf.Page() }

// Mask returns the lwbuf's mask, which is full.
func (sf *sfBuf) Mask() mmu.CPUSet { return sf.lwbuf.(allocators.Masked).Mask() }

// Free is sf_buf_free, on any CPU: the last reference frees the lwbuf and the structure.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	sf := b.(*sfBuf)
	left := sf.refs.Add(&c.CPU, -1)
	if left < 0 {
		panic("sf_buf_free: freeing free sf_buf")
	}
	if left > 0 {
		return
	}
	lw := sf.lwbuf
	sf.lwbuf = nil
	a.lwbuf.Free(c, lw)
	a.cache.Put(c, sf)
}
