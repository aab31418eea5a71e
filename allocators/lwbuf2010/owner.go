package lwbuf2010

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// owner is the CPUs' lists of lwbufs (gd_lwbuf) and the IPI queues between them.
type owner struct {
	reserve int // lwbufs that a list keeps
	grow    int
	tick    mmu.Cycles // between two looks at the IPI queues
	receive mmu.Cycles // cost of processing a message
	lists   []ownList
}

// ownList is one CPU's list, which only that CPU touches, and the queues of lwbufs that others have freed for it.
type ownList struct {
	first *lwbuf
	count int // gd_lwbuf_count

	from     []*ipiq    // by sender; nil before its first message
	senders  smp.CPUSet // those that have a queue
	nextTick mmu.Cycles
	_        [64]byte // lists of neighbours share no cache line of the host
}

var _ allocators.Globaler = (*owner)(nil)

// hz is how often a CPU's clock interrupts it in a second.
const hz = 100

// newOwner is lwbuf_init: the boot reserve of each real CPU.
func newOwner(m *mmu.Machine, t allocators.Tuning) (*owner, error) {
	spec := m.Spec()
	n := reserve(m, t.Get(ownerReserve), m.NCPU())
	a := &owner{
		reserve: n, grow: int(t.Get(ownerGrow)), lists: make([]ownList, m.NCPU()),
		tick: mmu.Cycles(spec.ClockHz / hz), receive: spec.SMP.Receive,
	}
	if m.Live() {
		a.tick = smp.Forever // the host's time must not decide which lwbuf is where
	}
	for i := range a.lists {
		a.lists[i].from, a.lists[i].nextTick = make([]*ipiq, m.NCPU()), a.tick
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

// Alloc is lwbuf_alloc of 30 March 2010. If there is no KVA for a block it fails with an error that wraps ErrNoBuf.
func (a *owner) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	a.poll(c)
	l := &a.lists[c.ID()]
	c.CritEnter()
	for l.first == nil { // again if an interrupt has used up the block
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

// Free is lwbuf_free: the owner keeps the lwbuf, another CPU sends it to its owner.
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

// keep puts an lwbuf on this CPU's list, or frees its KVA if the list is longer than its reserve. The PTE is valid, so
// kmem_free shoots it down on every CPU.
func (a *owner) keep(c *mmu.CPU, lwb *lwbuf) {
	l := &a.lists[c.ID()]
	if l.count > a.reserve {
		c.KVAFree(lwb.kva)
		return
	}
	c.CritEnter()
	l.push(lwb)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	c.CritExit()
}
