package segmap

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is segmap_getmapflt: it finds the slot of pg or recycles one, and loads the page's translation.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	key := pg.ID() / perSlot
	for {
		if s := a.find(c, key); s != nil {
			if !a.reclaim(c, s, key) {
				continue // it was recycled meanwhile
			}
			return a.load(c, s, pg), nil
		}
		s, err := a.getFree(c, f)
		if err != nil {
			return nil, err
		}
		a.unload(c, s)
		if a.hashIn(c, s, key) {
			s.refcnt = 1
			return a.load(c, s, pg), nil
		}
		a.putBack(c, s)
		c.Unlock(&s.mtx)
	}
}

// find searches the hash chain of a key. The slot that it returns may be recycled at any time.
func (a *allocator) find(c *mmu.CPU, key int) *smap {
	ch := a.chainOf(key)
	c.Charge(smp.CostAlloc, c.Costs().Hash)
	c.Lock(&ch.mtx)
	s := a.search(c, ch, key)
	c.Unlock(&ch.mtx)
	return s
}

// search walks a chain, whose lock is held.
func (a *allocator) search(c *mmu.CPU, ch *chain, key int) *smap {
	c.TouchLocked(&ch.line, false)
	for s := ch.first; s != nil; s = s.next {
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		if s.key == key {
			return s
		}
	}
	return nil
}

// reclaim takes a reference to a slot that was found, and its lock. An idle slot leaves its queue, with its translations still
// loaded. It reports false, with no lock, if the slot has another key by now.
func (a *allocator) reclaim(c *mmu.CPU, s *smap, key int) bool {
	c.Lock(&s.mtx)
	c.TouchLocked(&s.line, true)
	if s.key != key {
		c.Unlock(&s.mtx)
		return false
	}
	if s.refcnt == 0 {
		a.dequeue(c, s)
	}
	s.refcnt++
	return true
}

// dequeue takes an idle slot, whose lock is held, off its queue.
func (a *allocator) dequeue(c *mmu.CPU, s *smap) {
	c.Lock(&s.list.mtx)
	c.TouchLocked(&s.list.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	s.remove()
	c.Unlock(&s.list.mtx)
}

// load maps the page if its translation is not loaded, and drops the slot's lock. No TLB holds the address: it was flushed when
// the slot was recycled.
func (a *allocator) load(c *mmu.CPU, s *smap, pg *mmu.Page) *view {
	v := &s.views[pg.ID()%perSlot]
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if v.m == nil {
		c.SetPTE(v.kva, pg)
		v.m = pg
	}
	c.Unlock(&s.mtx)
	return v
}

// getFree is get_free_smp: an idle slot, off its queue and locked. It begins with the list at this CPU's rotor, skips slots whose
// lock is held, goes on to the next list, and sleeps if the first list is empty.
func (a *allocator) getFree(c *mmu.CPU, f allocators.Flags) (*smap, error) {
	rotor := &a.cpus[c.ID()].rotor
	for {
		own := *rotor % len(a.lists)
		*rotor++
		for i := range a.lists {
			if s := a.takeFrom(c, &a.lists[(own+i)%len(a.lists)]); s != nil {
				return s, nil
			}
		}
		l := &a.lists[own]
		c.Lock(&l.mtx)
		s := l.head()
		switch {
		case s != nil: // idle, but its lock was held
			c.Unlock(&l.mtx)
			c.Lock(&s.mtx)
			if s.queued != nil {
				a.dequeue(c, s)
				return s, nil
			}
			c.Unlock(&s.mtx)
			continue
		case f&allocators.NoWait != 0:
			c.Unlock(&l.mtx)
			return nil, fmt.Errorf("segmap: %w", allocators.ErrNoBuf)
		}
		l.want++
		err := c.Sleep(&l.wait, &l.mtx, f&allocators.Catch != 0)
		l.want--
		c.Unlock(&l.mtx)
		if err != nil {
			return nil, err
		}
	}
}

// head returns the oldest idle slot of a list, whose lock is held.
func (l *freelist) head() *smap {
	if s := l.queues[l.allocq].first; s != nil {
		return s
	}
	return l.queues[1-l.allocq].first
}

// takeFrom takes the first slot of allocq whose lock is free. An empty allocq changes places with releq.
func (a *allocator) takeFrom(c *mmu.CPU, l *freelist) *smap {
	c.Lock(&l.mtx)
	c.TouchLocked(&l.line, true)
	if l.queues[l.allocq].first == nil {
		l.allocq = 1 - l.allocq
	}
	s := l.queues[l.allocq].first
	for ; s != nil; s = s.after {
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		if c.TryLock(&s.mtx) {
			s.remove()
			break
		}
	}
	c.Unlock(&l.mtx) // not deferred: with the race detector a profile would show the runtime's frames
	return s
}

// unload ends the old identity of a slot that is locked and on no queue: out of its hash chain, the translations cleared, and a
// cross-call that flushes them on all CPUs.
func (a *allocator) unload(c *mmu.CPU, s *smap) {
	c.TouchLocked(&s.line, true)
	if s.key < 0 {
		return
	}
	ch := a.chainOf(s.key)
	c.Lock(&ch.mtx)
	c.TouchLocked(&ch.line, true)
	at := &ch.first
	for *at != s {
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		at = &(*at).next
	}
	*at, s.next, s.key = s.next, nil, -1
	c.Unlock(&ch.mtx)
	lo, hi := s.kva+perSlot, s.kva
	for i := range s.views {
		if v := &s.views[i]; v.m != nil {
			c.ZeroPTE(v.kva)
			v.m, lo, hi = nil, min(lo, v.kva), v.kva+1
		}
	}
	if lo < hi {
		c.FlushRangeBy(&a.xcall, lo, hi)
	}
}

// hashIn enters a slot, which is locked, under a key. It reports false if another slot has the key by now.
func (a *allocator) hashIn(c *mmu.CPU, s *smap, key int) bool {
	ch := a.chainOf(key)
	c.Lock(&ch.mtx)
	if a.search(c, ch, key) != nil {
		c.Unlock(&ch.mtx)
		return false
	}
	c.TouchLocked(&ch.line, true)
	s.key, s.next, ch.first = key, ch.first, s
	c.Unlock(&ch.mtx)
	return true
}

// putBack queues an idle slot, which is locked, and wakes a sleeper.
func (a *allocator) putBack(c *mmu.CPU, s *smap) {
	l := s.list
	c.Lock(&l.mtx)
	c.TouchLocked(&l.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	l.queues[1-l.allocq].push(s)
	if l.want > 0 {
		c.WakeupOne(&l.wait)
	}
	c.Unlock(&l.mtx)
}

// KVA returns the address, which is valid on every CPU.
func (v *view) KVA(*mmu.CPU) mmu.KVA { return v.kva }

// Page returns the page.
func (v *view) Page() *mmu.Page { return v.m }

// Free is segmap_release: the last reference queues the slot on releq. Its translations stay.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	s := b.(*view).s
	c.Lock(&s.mtx)
	c.TouchLocked(&s.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if s.refcnt == 0 {
		panic("segmap_release: refcnt")
	}
	if s.refcnt--; s.refcnt == 0 {
		a.putBack(c, s)
	}
	c.Unlock(&s.mtx)
}
