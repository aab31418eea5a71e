package lwbuf2010

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// bootLoops is SMP_MAXCPU of 2010: how often init fills a list.
const bootLoops = 16

// perCPU is the lwbuf objcache and the CPUs' lists of KVA pages (gd_lwbuf_fpages).
type perCPU struct {
	cache *objcache.Cache
	grow  int
	lists []kvaList
}

// kvaList is one CPU's list, last in first out; nodes of {kva, next} in the original. Only its CPU touches it.
type kvaList struct {
	kva []mmu.KVA
	_   [64]byte // lists of neighbours share no cache line of the host
}

var _ allocators.Globaler = (*perCPU)(nil)

// newPerCPU is lwbuf_init. The commit meant to give each of SMP_MAXCPU CPUs its pages, but reinitialised the list of the
// CPU it ran on each time.
func newPerCPU(m *mmu.Machine, t allocators.Tuning) (*perCPU, error) {
	a := &perCPU{grow: int(t.Get(perCPUGrow)), lists: make([]kvaList, m.NCPU())}
	a.cache = objcache.New(m, "lwbuf", t, a.ctor, func(*mmu.CPU, any) {})
	bug := t.Get(bootBug) == 1
	loops := m.NCPU()
	if bug {
		loops = bootLoops
	}
	n := reserve(m, t.Get(perCPUReserve), loops)
	for i := range loops {
		base, err := m.ReserveKVA(n)
		if err != nil {
			return nil, fmt.Errorf("%s=%d: %w", perCPUReserve.Name, n, err)
		}
		l := &a.lists[0]
		if !bug {
			l = &a.lists[i]
		}
		l.kva = nil
		for k := n - 1; k >= 0; k-- {
			l.kva = append(l.kva, base+mmu.KVA(k))
		}
	}
	return a, nil
}

// ctor makes an lwbuf without KVA.
func (a *perCPU) ctor(*mmu.CPU) (any, error) { return new(lwbuf), nil }

// Alloc is lwbuf_alloc of 18 March 2010. It never sends an IPI. Where the commit would sleep for KVA it fails with an error
// that wraps ErrNoBuf.
func (a *perCPU) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	obj, err := a.cache.Get(c, f&allocators.NoWait == 0)
	if err != nil {
		return nil, fmt.Errorf("lwbuf: %w: %w", allocators.ErrNoBuf, err)
	}
	lwb := obj.(*lwbuf)
	kva, err := a.pop(c)
	if err != nil {
		a.cache.Put(c, lwb)
		return nil, fmt.Errorf("lwbuf: %w: %w", allocators.ErrNoBuf, err)
	}
	lwb.kva = kva
	lwb.enter(c, pg)
	return lwb, nil
}

// pop takes a page from this CPU's list and frees its node. An empty list grows first, and again if an interrupt has used
// up the block.
func (a *perCPU) pop(c *mmu.CPU) (mmu.KVA, error) {
	l := &a.lists[c.ID()]
	c.CritEnter()
	for len(l.kva) == 0 {
		c.CritExit()
		if err := takeKVA(c, a.grow, func(kva mmu.KVA) { l.kva = append(l.kva, kva) }); err != nil {
			return 0, err
		}
		c.CritEnter()
	}
	last := len(l.kva) - 1
	kva := l.kva[last]
	l.kva = l.kva[:last]
	c.Charge(smp.CostAlloc, c.Costs().Instr+c.Costs().Magazine)
	c.CritExit()
	return kva, nil
}

// SetGlobal is lwbuf_set_global.
func (a *perCPU) SetGlobal(c *mmu.CPU, b allocators.Buf) { b.(*lwbuf).setGlobal(c) }

// Free is lwbuf_free: the page goes to the list of the freeing CPU, in a newly allocated node.
func (a *perCPU) Free(c *mmu.CPU, b allocators.Buf) {
	lwb := b.(*lwbuf)
	lwb.leave()
	c.CritEnter()
	l := &a.lists[c.ID()]
	l.kva = append(l.kva, lwb.kva)
	c.Charge(smp.CostAlloc, c.Costs().Instr+c.Costs().Magazine)
	c.CritExit()
	lwb.kva = 0
	a.cache.Put(c, lwb)
}

// takeKVA allocates n pages from the kernel map as one block and adds each; a window without such a block is an error. It
// must not be called in a critical section: the map's lock may be held by a CPU that a rendezvous has stopped, which then
// waits for this one (I9).
func takeKVA(c *mmu.CPU, n int, add func(mmu.KVA)) error {
	kva, err := c.KVAAllocRange(n)
	if err != nil {
		return err
	}
	for i := n - 1; i >= 0; i-- {
		add(kva + mmu.KVA(i))
	}
	return nil
}
