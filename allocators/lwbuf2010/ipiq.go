package lwbuf2010

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// The sizes of an IPI queue (lwkt_ipiq.c).
const (
	maxCPUFIFO = 16
	highWater  = maxCPUFIFO / 2 // more than this raises an IPI
	lowWater   = maxCPUFIFO / 4 // and the sender spins until at most this many are left
)

// ipiq is struct lwkt_ipiq: the messages from one CPU to another, a ring with one writer and one reader. Every message is
// an lwbuf that its owner is to free.
type ipiq struct {
	windex smp.Word // messages ever queued; the sender writes it
	rindex smp.Word // messages ever processed; the owner writes it
	ring   [maxCPUFIFO]*lwbuf
	line   smp.Line // of ring
}

// first returns the oldest message. Precondition: the queue is not empty.
func (q *ipiq) first() *lwbuf { return q.ring[q.rindex.Peek()%maxCPUFIFO] }

// send is lwkt_send_ipiq_passive: it queues lwb for its owner and raises no interrupt. Only a queue that is more than half
// full gets a real IPI, and this CPU, which takes IPIs meanwhile, waits until the owner has processed it.
func (a *owner) send(c *mmu.CPU, lwb *lwbuf) {
	c.CritEnter()
	q := a.queueTo(c, lwb.owner)
	if q.windex.Peek()-q.rindex.Load(&c.CPU) > highWater {
		var to smp.CPUSet
		to.Add(lwb.owner)
		// The messages are in memory already: one ICR write, and the sender spins on the reader's index.
		c.Interrupt(&to, smp.Method{Send: smp.Vector, Ack: smp.Flags}, &drain{a, q}) // it serves IPIs itself, as cpu_enable_intr lets it
	}
	q.ring[q.windex.Peek()%maxCPUFIFO] = lwb
	c.Touch(&q.line, true)
	q.windex.Store(&c.CPU, q.windex.Peek()+1)
	c.CritExit()
	c.Charge(smp.CostMessage, c.Machine().Spec().SMP.Send)
}

// queueTo returns this CPU's queue to the owner. It is made at the first message, at an ordered point: the kernel has
// them all from boot.
func (a *owner) queueTo(c *mmu.CPU, id int) *ipiq {
	l := &a.lists[id]
	if l.from[c.ID()] == nil {
		c.Order()
		l.from[c.ID()] = new(ipiq)
		l.senders.AtomicAdd(c.ID())
	}
	return l.from[c.ID()]
}

// drain is the owner's IPI handler: lwkt_process_ipiq for the queue of the CPU that raised the IPI.
type drain struct {
	a *owner
	q *ipiq
}

var _ smp.Call = (*drain)(nil)

// Initiate does nothing: the queue is full already.
func (d *drain) Initiate(*smp.CPU) mmu.Cycles { return 0 }

// Serve moves messages to the owner's list, whatever its length: a handler cannot wait for the kernel map. A later free
// trims the list.
func (d *drain) Serve(c *smp.CPU) (n mmu.Cycles) {
	for d.q.windex.Peek()-d.q.rindex.Peek() > lowWater {
		lwb := d.q.first()
		d.q.rindex.Set(d.q.rindex.Peek() + 1)
		d.a.lists[lwb.owner].push(lwb)
		n += d.a.receive
	}
	return n
}

// poll processes the messages from all CPUs, once a tick: nothing else makes the owner look at its queues.
func (a *owner) poll(c *mmu.CPU) {
	l := &a.lists[c.ID()]
	if c.Before(l.nextTick) {
		return
	}
	l.nextTick = c.Now() + a.tick
	c.Order()
	senders := l.senders.AtomicLoad()
	for id := senders.Next(0); id >= 0; id = senders.Next(id + 1) {
		for lwb := l.from[id].receive(c); lwb != nil; lwb = l.from[id].receive(c) {
			c.Charge(smp.CostMessage, a.receive)
			a.keep(c, lwb)
		}
	}
}

// receive removes the oldest message, or returns nil. In a critical section: the queue's own IPI removes messages too.
func (q *ipiq) receive(c *mmu.CPU) (lwb *lwbuf) {
	c.CritEnter()
	if q.windex.Load(&c.CPU) != q.rindex.Peek() {
		lwb = q.first()
		c.Touch(&q.line, false)
		q.rindex.Store(&c.CPU, q.rindex.Peek()+1)
	}
	c.CritExit()
	return lwb
}
