package segmap

import (
	"fmt"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// perSlot is MAXBSIZE / PAGESIZE.
const perSlot = 2

// smap is struct smap: one slot. mtx guards refcnt and views; key changes under mtx and the lock of its hash chain, and
// membership of a queue under mtx and the lock of the free list.
type smap struct {
	mtx    smp.SpinLock
	line   smp.Line
	kva    mmu.KVA
	key    int // vnode and offset: page number / perSlot; -1 is none
	refcnt int
	views  [perSlot]view // by page of the slot
	next   *smap         // in its hash chain
	list   *freelist
	queued *queue // the queue that it is on, or nil
	prev   *smap  // on that queue
	after  *smap
}

// view is one page of a slot, and the handle of its users.
type view struct {
	s   *smap
	kva mmu.KVA
	m   *mmu.Page // the page whose translation is loaded, or nil
}

// chain is struct smaphash.
type chain struct {
	mtx   smp.SpinLock
	line  smp.Line
	first *smap
}

// queue is struct sm_freeq: idle slots, oldest first.
type queue struct{ first, last *smap }

// freelist is struct smfree: a CPU's two queues, under one lock.
type freelist struct {
	mtx    smp.SpinLock
	line   smp.Line
	queues [2]queue
	allocq int // index of the queue to take from; the other one is releq
	want   int // sleepers
	wait   smp.WaitQueue
}

// allocator is struct segmap_data of one machine.
type allocator struct {
	slots []smap
	hash  []chain
	lists []freelist
	cpus  []percpu
	xcall mmu.Protocol // xc_call: a message for each target, which acknowledges for itself
}

// percpu is struct smap_cpu: a rotor over the free lists. Only its CPU touches it.
type percpu struct {
	rotor int
	_     [64]byte
}

// newAllocator is segmap_create: the slots are spread over the free lists.
func newAllocator(m *mmu.Machine, n int) (*allocator, error) {
	base, err := m.ReserveKVA(n * perSlot)
	if err != nil {
		return nil, fmt.Errorf("%s=%d: %w", slotsKnob.Name, n, err)
	}
	lists, chains := 1, 1
	for lists < m.NCPU() && 2*lists <= n { // each has a slot
		lists *= 2
	}
	for chains < n {
		chains *= 2
	}
	a := &allocator{slots: make([]smap, n), hash: make([]chain, chains), lists: make([]freelist, lists), cpus: make([]percpu, m.NCPU())}
	for i := range a.cpus {
		a.cpus[i].rotor = i
	}
	a.xcall = mmu.Protocol{Method: smp.Method{Send: smp.Unicast, Ack: smp.Flags}, Serial: mmu.Parallel}
	for i := range a.hash {
		a.hash[i].mtx = smp.SpinLock{Name: "smaphash", IPIs: true}
	}
	for i := range a.lists {
		l := &a.lists[i]
		l.mtx = smp.SpinLock{Name: "smfree", IPIs: true}
		l.wait = smp.WaitQueue{Name: "smfree", Why: fmt.Sprintf("all %d slots of segmap in use", n)}
	}
	for i := range a.slots {
		s := &a.slots[i]
		s.mtx = smp.SpinLock{Name: "smap", IPIs: true}
		s.kva, s.key, s.list = base+mmu.KVA(i*perSlot), -1, &a.lists[i%lists]
		s.list.queues[0].push(s)
		for k := range s.views {
			s.views[k] = view{s: s, kva: s.kva + mmu.KVA(k)}
		}
	}
	return a, nil
}

// push appends an idle slot.
func (q *queue) push(s *smap) {
	s.queued, s.prev, s.after = q, q.last, nil
	if q.last == nil {
		q.first = s
	} else {
		q.last.after = s
	}
	q.last = s
}

// remove takes a slot off its queue.
func (s *smap) remove() {
	q := s.queued
	if s.prev == nil {
		q.first = s.after
	} else {
		s.prev.after = s.after
	}
	if s.after == nil {
		q.last = s.prev
	} else {
		s.after.prev = s.prev
	}
	s.queued, s.prev, s.after = nil, nil, nil
}

// chainOf is SMAP_HASHFUNC.
func (a *allocator) chainOf(key int) *chain { return &a.hash[key&(len(a.hash)-1)] }
