package msfbuf

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is AllocPages of one page.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	return a.AllocPages(c, []*mmu.Page{pg}, f)
}

// AllocPages is msf_map_pagelist.
func (a *allocator) AllocPages(c *mmu.CPU, list []*mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	if len(list) > a.pages {
		return nil, fmt.Errorf("msfbuf: %d pages, a window has %d: %w", len(list), a.pages, allocators.ErrNoBuf)
	}
	c.Lock(&a.mplock)
	c.CritEnter()
	msf, err := a.take(c, list[0], f)
	if err == nil {
		msf.m, msf.refcnt = list[0], 1
		if f&allocators.Private != 0 {
			qenter2(c, msf.kva, list, &msf.cpumask)
		} else {
			c.Qenter(msf.kva, list...)
			msf.cpumask = a.global
		}
	}
	c.CritExit()
	c.Unlock(&a.mplock)
	if err != nil {
		return nil, err
	}
	return msf, nil
}

// take is msf_alloc: the window of the page's hint, if that is idle, or the head of the freelist.
func (a *allocator) take(c *mmu.CPU, m *mmu.Page, f allocators.Flags) (*msfBuf, error) {
	c.TouchLocked(&a.freeLine, true)
	c.Charge(smp.CostAlloc, c.Costs().Hash) // the hint in the page
	msf := a.hints[m]
	if msf == nil || !msf.onFreeq {
		for a.first == nil {
			if f&allocators.NoWait != 0 {
				return nil, fmt.Errorf("msfbuf: %w", allocators.ErrNoBuf)
			}
			a.allocWant++
			err := c.Sleep(&a.sleepq, &a.mplock, f&allocators.Catch != 0)
			a.allocWant--
			if err != nil {
				return nil, err
			}
		}
		msf = a.first
		a.hints[m] = msf
	}
	a.remove(msf)
	c.TouchLocked(&msf.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	return msf, nil
}

// qenter2 is pmap_qenter2: it writes the entries that differ, and invalidates those and, if the own bit is clear, the others.
// The first entry that differs empties the mask.
func qenter2(c *mmu.CPU, kva mmu.KVA, list []*mmu.Page, mask *mmu.Mask) {
	own := mask.Has(c.ID())
	for i, pg := range list {
		at := kva + mmu.KVA(i)
		old, _ := c.PTE(at)
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		switch {
		case old != pg:
			*mask = mmu.Mask{}
			c.KenterQuick(at, pg)
		case !own:
			c.KenterSyncQuick(at)
		}
	}
	mask.Add(c.ID())
}

// KVA returns the address of the first page.
func (msf *msfBuf) KVA(*mmu.CPU) mmu.KVA { return msf.kva }

// Page returns the first page.
func (msf *msfBuf) Page() *mmu.Page { return msf.m }

// Mask returns the CPUs that hold no stale entry.
func (msf *msfBuf) Mask() mmu.CPUSet { return msf.cpumask.CPUSet }

// Free is msf_buf_free: the window goes to the tail of the freelist, and one sleeper wakes. The mapping stays.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	msf := b.(*msfBuf)
	c.Lock(&a.mplock)
	c.CritEnter()
	c.TouchLocked(&msf.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if msf.refcnt == 0 {
		panic("msf_buf_free: freed twice")
	}
	if msf.refcnt--; msf.refcnt == 0 {
		c.TouchLocked(&a.freeLine, true)
		a.insertTail(msf)
		if a.allocWant > 0 {
			c.WakeupOne(&a.sleepq)
		}
	}
	c.CritExit()
	c.Unlock(&a.mplock)
}
