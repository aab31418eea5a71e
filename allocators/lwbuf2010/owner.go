package lwbuf2010

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// keepCount is how long a CPU's list may get before a free gives KVA back.
const keepCount = 256

// owner is the CPUs' lists of lwbufs (gd_lwbuf) and the passive messages to them.
type owner struct {
	grow  int
	lists []ownList
}

// ownList is one CPU's list, which only that CPU touches, and the queue of what others have freed for it.
type ownList struct {
	first *lwbuf
	count int // gd_lwbuf_count

	queue struct {
		lock        smp.SpinLock
		length      smp.Word
		line        smp.Line
		first, last *lwbuf
	}
	_ [64]byte // lists of neighbours share no cache line of the host
}

var _ allocators.Globaler = (*owner)(nil)

// newOwner is lwbuf_init: the boot reserve of each real CPU.
func newOwner(m *mmu.Machine, t allocators.Tuning) (*owner, error) {
	a := &owner{grow: int(t.Get(ownerGrow)), lists: make([]ownList, m.NCPU())}
	n := reserve(m, t.Get(ownerReserve), m.NCPU())
	for i := range a.lists {
		a.lists[i].queue.lock.Name = fmt.Sprintf("lwbuf queue of cpu%d", i)
		base, err := m.ReserveKVA(n)
		if err != nil {
			return nil, fmt.Errorf("%s=%d: %w", ownerReserve.Name, n, err)
		}
		for k := n - 1; k >= 0; k-- {
			a.lists[i].push(&lwbuf{owner: i, kva: base + mmu.KVA(k)})
		}
	}
	return a, nil
}

func (l *ownList) push(lwb *lwbuf) {
	lwb.next, l.first = l.first, lwb
	l.count++
}

func (l *ownList) pop() *lwbuf {
	lwb := l.first
	l.first, lwb.next = lwb.next, nil
	l.count--
	return lwb
}

// Alloc is lwbuf_alloc of 30 March 2010. Where there is no KVA it is an error that wraps ErrNoBuf.
func (a *owner) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	a.poll(c)
	l := &a.lists[c.ID()]
	c.CritEnter()
	for l.first == nil { // and again where an interrupt has taken what it grew by
		c.CritExit()
		err := takeKVA(c, a.grow, func(kva mmu.KVA) { l.push(&lwbuf{owner: c.ID(), kva: kva}) })
		if err != nil {
			return nil, fmt.Errorf("lwbuf: %w: %w", allocators.ErrNoBuf, err)
		}
		c.CritEnter()
	}
	lwb := l.pop()
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.CritExit()
	lwb.enter(c, pg)
	return lwb, nil
}

// SetGlobal is lwbuf_set_global.
func (a *owner) SetGlobal(c *mmu.CPU, b allocators.Buf) { b.(*lwbuf).setGlobal(c) }

// Free is lwbuf_free: the owner keeps the lwbuf, another CPU sends it home.
func (a *owner) Free(c *mmu.CPU, b allocators.Buf) {
	lwb := b.(*lwbuf)
	lwb.leave()
	if lwb.owner != c.ID() {
		a.send(c, lwb)
		return
	}
	a.keep(c, lwb)
	a.poll(c)
}

// keep puts an lwbuf on this CPU's list, or gives its KVA back where the list is long: the PTE is valid, so that
// kmem_free shoots it down everywhere.
func (a *owner) keep(c *mmu.CPU, lwb *lwbuf) {
	l := &a.lists[c.ID()]
	if l.count > keepCount {
		c.KVAFree(lwb.kva)
		return
	}
	c.CritEnter()
	l.push(lwb)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.CritExit()
}

// send is lwkt_send_ipiq_passive: the owner's queue gets the lwbuf, and no interrupt is raised.
func (a *owner) send(c *mmu.CPU, lwb *lwbuf) {
	q := &a.lists[lwb.owner].queue
	c.Lock(&q.lock)
	c.TouchLocked(&q.line, true)
	if lwb.next = nil; q.last == nil {
		q.first = lwb
	} else {
		q.last.next = lwb
	}
	q.last = lwb
	c.Unlock(&q.lock)
	q.length.Add(&c.CPU, 1)
	c.Charge(smp.CostMessage, c.Machine().Spec().SMP.Send)
}

// poll is the owner's look at its queue, as it makes one whenever it passes through its scheduler.
func (a *owner) poll(c *mmu.CPU) {
	q := &a.lists[c.ID()].queue
	if q.length.Load(&c.CPU) == 0 {
		return
	}
	c.Lock(&q.lock)
	c.TouchLocked(&q.line, true)
	list := q.first
	q.first, q.last = nil, nil
	c.Unlock(&q.lock)
	for list != nil {
		lwb := list
		list, lwb.next = lwb.next, nil
		q.length.Add(&c.CPU, -1)
		c.Charge(smp.CostMessage, c.Machine().Spec().SMP.Receive)
		a.keep(c, lwb)
	}
}
