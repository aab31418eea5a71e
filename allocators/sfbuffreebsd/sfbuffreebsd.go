package sfbuffreebsd

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// sfBuf is struct sf_buf.
type sfBuf struct {
	hashNext *sfBuf // LIST_ENTRY list_entry
	hashPrev **sfBuf
	freeNext *sfBuf // TAILQ_ENTRY free_entry
	freePrev *sfBuf
	m        *mmu.Page
	kva      mmu.KVA
	refCount int
	cpumask  mmu.CPUSet // CPUs that have flushed kva since its last accessed mapping
	line     smp.Line
}

var _ allocators.Masked = (*sfBuf)(nil)

// bucket is one chain of sf_buf_active and the cache line of its head.
type bucket struct {
	first *sfBuf
	line  smp.Line
}

// allocator is the globals of vm_machdep.c. sf_buf_lock guards all of it.
type allocator struct {
	lock      smp.SpinLock
	active    []bucket
	freelist  tailq
	freeLine  smp.Line // the line of the freelist's head, nsfbufsused and allocWant
	allocWant int      // sf_buf_alloc_want: sleepers
	allCPUs   mmu.CPUSet
	exchange  bool
	sleepq    smp.WaitQueue
}

// tailq is TAILQ_HEAD: the inactive buffers, least recently used first.
type tailq struct{ first, last *sfBuf }

func (q *tailq) insertTail(sf *sfBuf) {
	sf.freeNext, sf.freePrev = nil, q.last
	if q.last == nil {
		q.first = sf
	} else {
		q.last.freeNext = sf
	}
	q.last = sf
}

func (q *tailq) remove(sf *sfBuf) {
	if sf.freePrev == nil {
		q.first = sf.freeNext
	} else {
		sf.freePrev.freeNext = sf.freeNext
	}
	if sf.freeNext == nil {
		q.last = sf.freePrev
	} else {
		sf.freeNext.freePrev = sf.freePrev
	}
	sf.freeNext, sf.freePrev = nil, nil
}

// newAllocator is sf_buf_init: one block of KVA, with every buffer on the freelist in address order.
func newAllocator(m *mmu.Machine, n int, exchange bool) (*allocator, error) {
	base, err := m.ReserveKVA(n)
	if err != nil {
		return nil, fmt.Errorf("%s=%d: %w", nsfbufs.Name, n, err)
	}
	size := 1
	for size < n {
		size *= 2
	}
	a := &allocator{
		lock:    smp.SpinLock{Name: "sf_buf_lock", IPIs: true},
		active:  make([]bucket, size),
		allCPUs: m.All(), exchange: exchange,
		sleepq: smp.WaitQueue{Name: "the sf_buf freelist", Why: fmt.Sprintf("all %d sf_bufs in use", n)},
	}
	bufs := make([]sfBuf, n)
	for i := range bufs {
		bufs[i].kva = base + mmu.KVA(i)
		a.freelist.insertTail(&bufs[i])
	}
	return a, nil
}

// bucketOf is SF_BUF_HASH: the index of the page in vm_page_array.
func (a *allocator) bucketOf(pg *mmu.Page) *bucket { return &a.active[pg.ID()&(len(a.active)-1)] }

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
