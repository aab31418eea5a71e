package sfbuf2009

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
)

// Alloc is sf_buf_alloc. A page that is in use is shared; otherwise the page is mapped, outside the lock.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	c.Lock(&a.spin)
	sf := a.hit(c, pg)
	c.Unlock(&a.spin)
	if sf != nil {
		return sf, nil
	}
	mine, err := a.make(c, pg, f)
	if err != nil {
		return nil, err
	}
	a.setGlobal(c, mine)
	c.Lock(&a.spin)
	if sf = a.hit(c, pg); sf == nil {
		a.insert(c, mine)
		c.Unlock(&a.spin)
		return mine, nil
	}
	c.Unlock(&a.spin) // lost the race
	a.destroy(c, mine)
	return sf, nil
}

// hit takes a reference to the entry of pg, if there is one. The spinlock is held.
func (a *allocator) hit(c *mmu.CPU, pg *mmu.Page) *sfBuf {
	sf := a.find(c, pg)
	if sf != nil {
		c.TouchLocked(&sf.line, true)
		sf.refcnt++
	}
	return sf
}

// make allocates a structure and an lwbuf. Either may block, so no lock is held.
func (a *allocator) make(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (*sfBuf, error) {
	obj, err := a.cache.Get(c, f&allocators.NoWait == 0)
	if err != nil {
		return nil, fmt.Errorf("sf_buf: %w: %w", allocators.ErrNoBuf, err)
	}
	sf := obj.(*sfBuf)
	if sf.lwbuf, err = a.lwbuf.Alloc(c, pg, f); err != nil {
		a.cache.Put(c, sf)
		return nil, err
	}
	sf.m, sf.refcnt = pg, 1
	return sf, nil
}

func (a *allocator) setGlobal(c *mmu.CPU, sf *sfBuf) {
	a.lwbuf.(allocators.Globaler).SetGlobal(c, sf.lwbuf)
}

// destroy frees the lwbuf and the structure, which no other CPU can reach.
func (a *allocator) destroy(c *mmu.CPU, sf *sfBuf) {
	lw := sf.lwbuf
	sf.m, sf.lwbuf, sf.refcnt = nil, nil, 0
	a.lwbuf.Free(c, lw)
	a.cache.Put(c, sf)
}

// KVA is sf_buf_kva: the lwbuf's address, which is valid on every CPU.
func (sf *sfBuf) KVA(c *mmu.CPU) mmu.KVA { return sf.lwbuf.KVA(c) }

// Page is sf_buf_page.
func (sf *sfBuf) Page() *mmu.Page { return sf.m }

// Mask returns the lwbuf's mask, which is full.
func (sf *sfBuf) Mask() mmu.CPUSet { return sf.lwbuf.(allocators.Masked).Mask() }

// Free is sf_buf_free, on any CPU. The last user removes the entry from the hash and frees the mapping.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	sf := b.(*sfBuf)
	c.Lock(&a.spin)
	c.TouchLocked(&sf.line, true)
	if sf.refcnt == 0 {
		panic("sf_buf_free: freeing free sf_buf")
	}
	last := sf.refcnt == 1
	if sf.refcnt--; last {
		a.remove(c, sf)
	}
	c.Unlock(&a.spin)
	if last {
		a.destroy(c, sf)
	}
}
