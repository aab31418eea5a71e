package kmap

import (
	"fmt"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// slot is one entry of pkmap_page_table with its pkmap_count, and the handle of every user of the page that it maps.
type slot struct {
	kva   mmu.KVA
	m     *mmu.Page
	count int   // 0 free and clean, 1 unused, n for n-1 users
	next  *slot // in its bucket of the page-address hash
}

// perLine is how many counts share a cache line.
const perLine = 16

// buckets is the size of page_address_htable (1 << PA_HASH_ORDER).
const buckets = 128

// bucket is a page_address_slot: the addresses of some pages.
type bucket struct {
	lock  smp.SpinLock
	line  smp.Line
	first *slot
}

// allocator is the globals of mm/highmem.c. lock guards all of it; the buckets have locks of their own as well, since
// page_address is called without kmap_lock elsewhere.
type allocator struct {
	lock   smp.SpinLock // kmap_lock
	slots  []slot
	counts []smp.Line // of pkmap_count
	last   int        // last_pkmap_nr
	hash   []bucket
	wait   smp.WaitQueue // pkmap_map_wait
	asleep int
}

// newAllocator reserves the pkmap area.
func newAllocator(m *mmu.Machine, n int) (*allocator, error) {
	base, err := m.ReserveKVA(n)
	if err != nil {
		return nil, fmt.Errorf("%s=%d: %w", slots.Name, n, err)
	}
	a := &allocator{
		lock:  smp.SpinLock{Name: "kmap_lock", IPIs: true},
		slots: make([]slot, n), counts: make([]smp.Line, (n+perLine-1)/perLine), hash: make([]bucket, buckets),
		wait: smp.WaitQueue{Name: "pkmap_map_wait", Why: fmt.Sprintf("all %d slots of the pkmap table in use", n)},
	}
	for i := range a.slots {
		a.slots[i].kva = base + mmu.KVA(i)
	}
	for i := range a.hash {
		a.hash[i].lock.Name = "page_address_slot" // spin_lock_irqsave
	}
	return a, nil
}

// bucketOf is page_slot.
func (a *allocator) bucketOf(pg *mmu.Page) *bucket { return &a.hash[pg.ID()%buckets] }

// pageAddress is page_address: the slot that maps pg, or nil.
func (a *allocator) pageAddress(c *mmu.CPU, pg *mmu.Page) *slot {
	b := a.bucketOf(pg)
	c.Charge(smp.CostAlloc, c.Costs().Hash)
	c.Lock(&b.lock)
	c.TouchLocked(&b.line, false)
	s := b.first
	for ; s != nil; s = s.next {
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		if s.m == pg {
			break
		}
	}
	c.Unlock(&b.lock)
	return s
}

// setPageAddress is set_page_address: the slot maps its page from now on, or no more.
func (a *allocator) setPageAddress(c *mmu.CPU, s *slot, mapped bool) {
	b := a.bucketOf(s.m)
	c.Charge(smp.CostAlloc, c.Costs().Hash)
	c.Lock(&b.lock)
	c.TouchLocked(&b.line, true)
	if mapped {
		s.next, b.first = b.first, s
	} else {
		at := &b.first
		for *at != s {
			c.Charge(smp.CostAlloc, c.Costs().Compare)
			at = &(*at).next
		}
		*at, s.next = s.next, nil
	}
	c.Unlock(&b.lock)
}
