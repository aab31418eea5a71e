package sfbuf

import (
	"fmt"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// flagOnFreeq is SFBA_ONFREEQ: the buffer is linked on the freelist, in use or not.
const flagOnFreeq = 0x2

// sfBuf is struct sf_buf.
type sfBuf struct {
	hashNext *sfBuf // LIST_ENTRY list_entry
	hashPrev **sfBuf
	freeNext *sfBuf // TAILQ_ENTRY free_entry; nothing leaves the list but its head
	m        *mmu.Page
	kva      mmu.KVA
	refcnt   int
	flags    int
	cpumask  mmu.Mask
	line     smp.Line
}

// bucket is one chain of the hash and the cache line of its head.
type bucket struct {
	first *sfBuf
	line  smp.Line
}

// allocator is the globals of kern_sfbuf.c.
type allocator struct {
	mplock    smp.SpinLock
	hash      []bucket
	freelist  tailq
	freeLine  smp.Line // the line of the freelist's head, nsffree and allocWant
	allocWant int      // sf_buf_alloc_want: sleepers
	nsffree   int      // kern.ipc.nsffree: buffers on the list, in use or not
	quick     bool
	all       mmu.Mask // (cpumask_t)-1
	sleepq    smp.WaitQueue
}

// tailq is TAILQ_HEAD.
type tailq struct{ first, last *sfBuf }

func (q *tailq) insertTail(sf *sfBuf) {
	sf.freeNext = nil
	if q.last == nil {
		q.first = sf
	} else {
		q.last.freeNext = sf
	}
	q.last = sf
}

func (q *tailq) removeHead() *sfBuf {
	sf := q.first
	if q.first = sf.freeNext; q.first == nil {
		q.last = nil
	}
	sf.freeNext = nil
	return sf
}

// newAllocator is sf_buf_init: one block of KVA, with every buffer on the freelist in address order.
func newAllocator(m *mmu.Machine, n int, quick bool) (*allocator, error) {
	base, err := m.ReserveKVA(n)
	if err != nil {
		return nil, fmt.Errorf("sfbuf.nsfbufs=%d: %w", n, err)
	}
	size := 1
	for size < n {
		size *= 2
	}
	a := &allocator{
		mplock: smp.SpinLock{Name: "MP lock", Kind: smp.TAS, IPIs: true},
		hash:   make([]bucket, size),
		quick:  quick,
		all:    smp.AllOnes(m.NCPU()),
		sleepq: smp.WaitQueue{Name: "the sf_buf freelist", Why: fmt.Sprintf("all %d sf_bufs in use", n)},
	}
	bufs := make([]sfBuf, n)
	for i := range bufs {
		bufs[i].kva = base + mmu.KVA(i)
		bufs[i].flags = flagOnFreeq
		a.freelist.insertTail(&bufs[i])
	}
	a.nsffree = n
	return a, nil
}

// bucketOf is SF_BUF_HASH. The original adds two shifts of the descriptor's address. Descriptors are an array, so the
// page number is distributed equally well.
func (a *allocator) bucketOf(pg *mmu.Page) *bucket {
	return &a.hash[pg.ID()&(len(a.hash)-1)]
}

// hashIn is LIST_INSERT_HEAD.
func (b *bucket) hashIn(sf *sfBuf) {
	if sf.hashNext = b.first; b.first != nil {
		b.first.hashPrev = &sf.hashNext
	}
	b.first = sf
	sf.hashPrev = &b.first
}

// hashOut is LIST_REMOVE.
func (sf *sfBuf) hashOut() {
	if sf.hashNext != nil {
		sf.hashNext.hashPrev = sf.hashPrev
	}
	*sf.hashPrev = sf.hashNext
	sf.hashNext, sf.hashPrev = nil, nil
}
