package sfbuffreebsd

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is sf_buf_alloc.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	c.Lock(&a.lock)
	sf, err := a.find(c, pg), error(nil)
	if sf != nil {
		a.reference(c, sf)
	} else if sf, err = a.take(c, f); err == nil {
		a.enter(c, sf, pg)
	}
	if err == nil {
		a.shootdown(c, sf, f)
	}
	c.Unlock(&a.lock)
	if err != nil {
		return nil, err
	}
	return sf, nil
}

// find walks the hash chain of pg.
func (a *allocator) find(c *mmu.CPU, pg *mmu.Page) *sfBuf {
	b := a.bucketOf(pg)
	c.Charge(smp.CostAlloc, c.Costs().Hash)
	c.TouchLocked(&b.line, false)
	for sf := b.first; sf != nil; sf = sf.hashNext {
		c.TouchLocked(&sf.line, false)
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		if sf.m == pg {
			return sf
		}
	}
	return nil
}

// reference takes a buffer that was found. An inactive one leaves the freelist: this is what makes it LRU.
func (a *allocator) reference(c *mmu.CPU, sf *sfBuf) {
	c.TouchLocked(&sf.line, true)
	if sf.refCount++; sf.refCount == 1 {
		c.TouchLocked(&a.freeLine, true)
		a.freelist.remove(sf)
		c.Charge(smp.CostAlloc, c.Costs().Instr)
	}
}

// take removes the least recently used inactive buffer. It sleeps while there is none; the hash is not searched again
// afterwards.
func (a *allocator) take(c *mmu.CPU, f allocators.Flags) (*sfBuf, error) {
	c.TouchLocked(&a.freeLine, true)
	for a.freelist.first == nil {
		if f&allocators.NoWait != 0 {
			return nil, fmt.Errorf("sfbuf-freebsd: %w", allocators.ErrNoBuf)
		}
		a.allocWant++
		err := c.Sleep(&a.sleepq, &a.lock, f&allocators.Catch != 0)
		a.allocWant--
		if err != nil {
			return nil, err
		}
	}
	sf := a.freelist.first
	a.freelist.remove(sf)
	c.TouchLocked(&sf.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	return sf, nil
}

// enter rehashes sf under pg and writes the PTE. If the old mapping was never accessed, no TLB holds it, and the CPUs that
// have flushed the address since the last accessed mapping need not flush again.
func (a *allocator) enter(c *mmu.CPU, sf *sfBuf, pg *mmu.Page) {
	if sf.m != nil {
		c.TouchLocked(&a.bucketOf(sf.m).line, true)
		sf.hashOut()
	}
	b := a.bucketOf(pg)
	c.TouchLocked(&b.line, true)
	b.hashIn(sf)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	sf.refCount, sf.m = 1, pg
	if a.write(c, sf.kva, pg) {
		sf.cpumask = mmu.CPUSet{}
	}
}

// write writes the PTE and reports whether the old mapping was valid and accessed. FreeBSD reads the old PTE and then
// writes the new one, since no CPU uses the old mapping. A speculative fill in between goes unnoticed.
func (a *allocator) write(c *mmu.CPU, kva mmu.KVA, pg *mmu.Page) (accessed bool) {
	if a.exchange {
		return c.SwapPTE(kva, pg)
	}
	old, accessed := c.PTE(kva)
	c.SetPTE(kva, pg)
	return old != nil && accessed
}

// shootdown is sf_buf_shootdown: it flushes the CPUs that will use the mapping and are not in the mask. The wait for their
// IPIs is under sf_buf_lock.
func (a *allocator) shootdown(c *mmu.CPU, sf *sfBuf, f allocators.Flags) {
	if !sf.cpumask.Has(c.ID()) {
		c.KenterSyncQuick(sf.kva)
		sf.cpumask.Add(c.ID())
	}
	if f&allocators.Private != 0 {
		return
	}
	other := a.allCPUs
	if other.AndNot(&sf.cpumask); !other.Empty() {
		c.InvalidateMask(sf.kva, &other)
		sf.cpumask.Or(&other)
	}
}

// KVA is sf_buf_kva: a plain field.
func (sf *sfBuf) KVA(*mmu.CPU) mmu.KVA { return sf.kva }

// Page is sf_buf_page: a plain field.
func (sf *sfBuf) Page() *mmu.Page { return sf.m }

// Mask returns the CPUs that hold no stale entry.
func (sf *sfBuf) Mask() mmu.CPUSet { return sf.cpumask }

// Free is sf_buf_free: at the last reference the buffer goes to the tail of the freelist. Its mapping stays.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	sf := b.(*sfBuf)
	c.Lock(&a.lock)
	c.TouchLocked(&sf.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if sf.refCount == 0 {
		panic("sf_buf_free: freeing free sf_buf")
	}
	if sf.refCount--; sf.refCount == 0 {
		c.TouchLocked(&a.freeLine, true)
		a.freelist.insertTail(sf)
		if a.allocWant > 0 {
			c.Wakeup(&a.sleepq)
		}
	}
	c.Unlock(&a.lock)
}
