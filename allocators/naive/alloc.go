package naive

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is sf_buf_alloc and the pmap_qenter of its caller, sendfile.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	c.Lock(&a.mplock)
	c.TouchLocked(&a.head, true)
	for a.freelist == nil {
		if f&allocators.NoWait != 0 {
			c.Unlock(&a.mplock)
			return nil, fmt.Errorf("naive: %w", allocators.ErrNoBuf)
		}
		a.allocWant = true
		if err := c.Sleep(&a.sleepq, &a.mplock, true); err != nil { // PCATCH, whatever the caller wants
			c.Unlock(&a.mplock)
			return nil, err
		}
	}
	sf := a.freelist
	c.TouchLocked(&sf.line, true)
	a.freelist = sf.next
	sf.refcnt, sf.m = 1, pg
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.Qenter(sf.kva, pg)
	c.Unlock(&a.mplock)
	return sf, nil
}

// KVA returns the address, which is valid on every CPU.
func (sf *sfBuf) KVA(*mmu.CPU) mmu.KVA { return sf.kva }

// Page returns the page that the buffer maps.
func (sf *sfBuf) Page() *mmu.Page { return sf.m }

// Ref is sf_buf_ref.
func (a *allocator) Ref(c *mmu.CPU, b allocators.Buf) {
	sf := b.(*sfBuf)
	c.Lock(&a.mplock)
	c.TouchLocked(&sf.line, true)
	sf.refcnt++
	c.Unlock(&a.mplock)
}

// Free is sf_buf_free: at the last reference it unmaps, pushes the buffer and wakes all sleepers.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	sf := b.(*sfBuf)
	c.Lock(&a.mplock)
	c.TouchLocked(&sf.line, true)
	if sf.refcnt == 0 {
		panic("naive: freed twice")
	}
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if sf.refcnt--; sf.refcnt == 0 {
		c.Qremove(sf.kva, 1)
		sf.m = nil
		c.TouchLocked(&a.head, true)
		sf.next, a.freelist = a.freelist, sf
		if a.allocWant {
			a.allocWant = false
			c.Wakeup(&a.sleepq)
		}
	}
	c.Unlock(&a.mplock)
}
