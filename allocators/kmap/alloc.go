package kmap

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is kmap_high. A page that still has an address is a hit, even if no one has used it since its kunmap.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	c.Lock(&a.lock)
	s, err := a.pageAddress(c, pg), error(nil)
	if s == nil {
		s, err = a.mapNewVirtual(c, pg, f)
	}
	if err == nil {
		a.touchCount(c, s, true)
		s.count++
	}
	c.Unlock(&a.lock)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// mapNewVirtual is map_new_virtual: it takes the first slot after the rotor whose count is 0. Passing slot 0 it flushes. With
// no slot free in a whole round it sleeps, and then looks whether the page has got an address meanwhile.
func (a *allocator) mapNewVirtual(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (*slot, error) {
	for {
		if s := a.scan(c); s != nil {
			c.SetPTE(s.kva, pg)
			s.m, s.count = pg, 1
			a.touchCount(c, s, true)
			a.setPageAddress(c, s, true)
			return s, nil
		}
		if f&allocators.NoWait != 0 {
			return nil, fmt.Errorf("kmap: %w", allocators.ErrNoBuf)
		}
		a.asleep++
		err := c.Sleep(&a.wait, &a.lock, f&allocators.Catch != 0)
		a.asleep--
		if err != nil {
			return nil, err
		}
		if s := a.pageAddress(c, pg); s != nil {
			return s, nil
		}
	}
}

// scan moves the rotor to the next free slot; nil if a whole round finds none. A round that begins in the middle passes slot 0
// and so flushes.
func (a *allocator) scan(c *mmu.CPU) *slot {
	for left := len(a.slots); left > 0; left-- {
		if a.last = (a.last + 1) % len(a.slots); a.last == 0 {
			a.flushAllZero(c)
			left = len(a.slots)
		}
		s := &a.slots[a.last]
		a.touchCount(c, s, false)
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		if s.count == 0 {
			return s
		}
	}
	return nil
}

// flushAllZero is flush_all_zero_pkmaps: it unmaps every slot that no one uses, and flushes the whole table on all CPUs.
func (a *allocator) flushAllZero(c *mmu.CPU) {
	need := false
	for i := range a.slots {
		s := &a.slots[i]
		if i%perLine == 0 {
			a.touchCount(c, s, false)
		}
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		if s.count != 1 {
			continue
		}
		a.touchCount(c, s, true)
		s.count = 0
		c.ZeroPTE(s.kva)
		a.setPageAddress(c, s, false)
		s.m = nil
		need = true
	}
	if need {
		c.FlushRange(a.slots[0].kva, a.slots[0].kva+mmu.KVA(len(a.slots)))
	}
}

// touchCount reads or writes the cache line of a slot's count.
func (a *allocator) touchCount(c *mmu.CPU, s *slot, write bool) {
	c.TouchLocked(&a.counts[int(s.kva-a.slots[0].kva)/perLine], write)
}

// KVA returns the address, which is valid on every CPU.
func (s *slot) KVA(*mmu.CPU) mmu.KVA { return s.kva }

// Page returns the page that the slot maps.
func (s *slot) Page() *mmu.Page { return s.m }

// Free is kunmap_high. The mapping stays until the next flush.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	s := b.(*slot)
	c.Lock(&a.lock)
	a.pageAddress(c, s.m) // kunmap is given the page
	a.touchCount(c, s, true)
	if s.count--; s.count == 0 {
		panic("kunmap_high: BUG: the count reached 0")
	}
	wake := s.count == 1 && a.asleep > 0
	c.Unlock(&a.lock)
	if wake {
		c.Wakeup(&a.wait)
	}
}

// UnmapAliases is kmap_flush_unused: it does what the rotor does when it wraps, at once.
func (a *allocator) UnmapAliases(c *mmu.CPU) {
	c.Lock(&a.lock)
	a.flushAllZero(c)
	c.Unlock(&a.lock)
}
