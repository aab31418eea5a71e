package msfbuf

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// msfBuf is struct msf_buf: one window.
type msfBuf struct {
	next, prev *msfBuf // on the freelist
	onFreeq    bool    // MSFBA_ONFREEQ
	m          *mmu.Page
	kva        mmu.KVA
	refcnt     int
	cpumask    mmu.Mask
	line       smp.Line
}

var (
	_ allocators.Masked     = (*msfBuf)(nil)
	_ allocators.MultiPager = (*allocator)(nil)
)

// allocator is the globals of kern_msfbuf.c. The MP lock guards all of it.
type allocator struct {
	mplock    smp.SpinLock
	pages     int
	hints     map[*mmu.Page]*msfBuf // m->msf_hint
	first     *msfBuf               // TAILQ msf_buf_freelist
	last      *msfBuf
	freeLine  smp.Line
	allocWant int
	global    mmu.Mask // (cpumask_t)-1
	sleepq    smp.WaitQueue
}

// newAllocator is msf_buf_init.
func newAllocator(m *mmu.Machine, n, pages int) (*allocator, error) {
	base, err := m.ReserveKVA(n * pages)
	if err != nil {
		return nil, fmt.Errorf("%s=%d: %w", bufs.Name, n, err)
	}
	a := &allocator{
		mplock: smp.SpinLock{Name: "MP lock", IPIs: true}, pages: pages, hints: make(map[*mmu.Page]*msfBuf),
		global: smp.AllOnes(m.NCPU()),
		sleepq: smp.WaitQueue{Name: "the msf_buf freelist", Why: fmt.Sprintf("all %d msf_bufs in use", n)},
	}
	list := make([]msfBuf, n)
	for i := range list {
		list[i].kva = base + mmu.KVA(i*pages)
		a.insertTail(&list[i])
	}
	return a, nil
}

// insertTail is TAILQ_INSERT_TAIL.
func (a *allocator) insertTail(msf *msfBuf) {
	msf.next, msf.prev, msf.onFreeq = nil, a.last, true
	if a.last == nil {
		a.first = msf
	} else {
		a.last.next = msf
	}
	a.last = msf
}

// remove is TAILQ_REMOVE.
func (a *allocator) remove(msf *msfBuf) {
	if msf.prev == nil {
		a.first = msf.next
	} else {
		msf.prev.next = msf.next
	}
	if msf.next == nil {
		a.last = msf.prev
	} else {
		msf.next.prev = msf.prev
	}
	msf.next, msf.prev, msf.onFreeq = nil, nil, false
}
