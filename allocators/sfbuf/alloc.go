package sfbuf

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is sf_buf_alloc.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	c.Lock(&a.mplock)
	c.CritEnter()
	sf, err := a.find(c, pg), error(nil)
	if sf != nil {
		c.TouchLocked(&sf.line, true)
		sf.refcnt++ // not unlinked from the freelist, even when it was unused
		a.syncHit(c, sf, f)
	} else if sf, err = a.take(c, f); err == nil {
		a.enter(c, sf, pg, f)
	}
	c.CritExit()
	c.Unlock(&a.mplock)
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

// private reports whether the mapping is for this CPU only.
func (a *allocator) private(f allocators.Flags) bool { return f&allocators.Private != 0 && a.quick }

// syncHit makes a mapping from the hash usable: on this CPU for a private user, everywhere for a global one. A global
// request interrupts all CPUs, not only those missing from the mask.
func (a *allocator) syncHit(c *mmu.CPU, sf *sfBuf, f allocators.Flags) {
	if a.private(f) {
		if !sf.cpumask.Has(c.ID()) {
			c.KenterSyncQuick(sf.kva)
			sf.cpumask.Add(c.ID())
		}
	} else if sf.cpumask != a.all {
		c.KenterSync(sf.kva)
		sf.cpumask = a.all
	}
}

// take removes an unused buffer from the head of the freelist. It unlinks and skips buffers that are in use. It sleeps
// while the list is empty; the hash is not searched again afterwards.
func (a *allocator) take(c *mmu.CPU, f allocators.Flags) (*sfBuf, error) {
	c.TouchLocked(&a.freeLine, true)
	for {
		if a.freelist.first == nil {
			if f&allocators.NoWait != 0 {
				return nil, fmt.Errorf("sfbuf: %w", allocators.ErrNoBuf)
			}
			a.allocWant++
			err := c.Sleep(&a.sleepq, &a.mplock, f&allocators.Catch != 0)
			a.allocWant--
			if err != nil {
				return nil, err
			}
			continue
		}
		sf := a.freelist.removeHead()
		c.TouchLocked(&sf.line, true)
		c.Charge(smp.CostAlloc, c.Costs().Instr)
		sf.flags &^= flagOnFreeq
		a.nsffree--
		if sf.refcnt == 0 {
			return sf, nil
		}
	}
}

// enter rehashes sf under pg and maps it.
func (a *allocator) enter(c *mmu.CPU, sf *sfBuf, pg *mmu.Page, f allocators.Flags) {
	if sf.m != nil {
		c.TouchLocked(&a.bucketOf(sf.m).line, true)
		sf.hashOut()
	}
	b := a.bucketOf(pg)
	c.TouchLocked(&b.line, true)
	b.hashIn(sf)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	sf.refcnt, sf.m = 1, pg
	if a.private(f) {
		c.KenterQuick(sf.kva, pg)
		sf.cpumask.Assign(c.ID())
	} else {
		c.Kenter(sf.kva, pg)
		sf.cpumask = a.all
	}
}

// KVA is sf_buf_kva: a plain field.
func (sf *sfBuf) KVA(*mmu.CPU) mmu.KVA { return sf.kva }

// Page is sf_buf_page: a plain field.
func (sf *sfBuf) Page() *mmu.Page { return sf.m }

// Mask returns the CPUs that hold no stale entry.
func (sf *sfBuf) Mask() mmu.CPUSet { return sf.cpumask.CPUSet }

// Free is sf_buf_free. A buffer that is still on the freelist only loses a reference: the common short-lived hit.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	sf := b.(*sfBuf)
	c.Lock(&a.mplock)
	c.CritEnter()
	c.TouchLocked(&sf.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if sf.refcnt == 0 {
		panic("sf_buf_free: freeing free sf_buf")
	}
	if sf.refcnt--; sf.refcnt == 0 && sf.flags&flagOnFreeq == 0 {
		c.TouchLocked(&a.freeLine, true)
		a.freelist.insertTail(sf)
		sf.flags |= flagOnFreeq
		a.nsffree++
		if a.allocWant > 0 {
			c.WakeupOne(&a.sleepq)
		}
	}
	c.CritExit()
	c.Unlock(&a.mplock)
}
