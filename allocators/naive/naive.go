package naive

import (
	"fmt"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// sfBuf is struct sf_buf of 2003: next free buffer, page, address, references.
type sfBuf struct {
	next   *sfBuf
	m      *mmu.Page
	kva    mmu.KVA
	refcnt int
	line   smp.Line
}

// allocator is the globals of uipc_syscalls.c.
type allocator struct {
	mplock    smp.SpinLock
	freelist  *sfBuf
	head      smp.Line // the line of the freelist's head and of allocWant
	allocWant bool     // sf_buf_alloc_want: a CPU sleeps
	sleepq    smp.WaitQueue
}

func newAllocator(m *mmu.Machine, n int) (*allocator, error) {
	base, err := m.ReserveKVA(n)
	if err != nil {
		return nil, fmt.Errorf("naive.nsfbufs=%d: %w", n, err)
	}
	a := &allocator{
		mplock: smp.SpinLock{Name: "MP lock", Kind: smp.TAS, IPIs: true},
		sleepq: smp.WaitQueue{Name: "naive's freelist", Why: fmt.Sprintf("all %d sf_bufs in use", n)},
	}
	bufs := make([]sfBuf, n)
	for i := range bufs { // pushed in order, so the last one is allocated first
		sf := &bufs[i]
		sf.kva = base + mmu.KVA(i)
		sf.next, a.freelist = a.freelist, sf
	}
	return a, nil
}
