package smp

import (
	"math"

	"lwbench/mmu/smp/host"
)

// noMail is the arrival of an IPI that does not come.
const noMail = math.MaxInt64

// liveIRQ is one entry of a mailbox. Entries are served in the order in which they were put there, each when its time has
// come, so that what a CPU learns from a message is never newer than the invalidations it has served.
type liveIRQ struct {
	at   int64 // host.Nanos
	kind irqKind
	call Call
	rv   *liveRendezvous
	msg  any
}

// poll serves what has arrived. Every machine call comes here.
func (c *CPU) poll() {
	if c.live.due.Load() != noMail {
		c.pollSlow()
	}
}

func (c *CPU) pollSlow() {
	c.liveUnwind()
	l := c.live
	if l.gone || !c.takesIPIs() {
		return
	}
	for t := host.Nanos(); c.fetch(t); t = host.Nanos() {
		worked := false
		for i := range l.batch {
			worked = c.liveServe(&l.batch[i]) || worked
		}
		clear(l.batch)
		if len(l.joined) > 0 && !c.initiates {
			c.awaitRelease()
		}
		if worked && !c.initiates {
			c.livePass(CostStolen, t)
		}
	}
}

// fetch moves what has arrived by t from the inbox to the batch and reports whether there is anything.
func (c *CPU) fetch(t int64) bool {
	l := c.live
	l.mu.Acquire()
	n := 0
	for n < len(l.inbox) && l.inbox[n].at <= t {
		n++
	}
	l.batch = append(l.batch[:0], l.inbox[:n]...)
	rest := copy(l.inbox, l.inbox[n:])
	clear(l.inbox[rest:])
	l.inbox = l.inbox[:rest]
	c.setDue()
	l.mu.Release()
	return n > 0
}

// setDue publishes the arrival of the inbox's first entry, and makes c look at it; mu is held.
func (c *CPU) setDue() {
	l := c.live
	switch {
	case c.sys.live.stopping.Load() != 0:
		l.due.Store(0)
	case len(l.inbox) > 0:
		l.due.Store(l.inbox[0].at)
	default:
		l.due.Store(noMail)
		return
	}
	c.setDueAt(long)
}

// liveServe handles one entry on c's own thread. It reports whether that took time from what c was doing.
func (c *CPU) liveServe(q *liveIRQ) bool {
	k := &c.sys.costs
	switch q.kind {
	case irqMessage:
		c.mail = append(c.mail, q.msg)
		return false
	case irqBroadcast:
		q.call.Serve(c)
		c.sys.liveSpend(k.Handler)
	case irqCall:
		q.call.Serve(c)
		c.sys.liveSpend(k.Handler + k.Ack)
		q.rv.missing.Dec()
	case irqStop:
		c.sys.liveSpend(k.Handler + k.Ack)
		c.live.joined = append(c.live.joined, q.rv)
		q.rv.missing.Dec()
	}
	return true
}

// liveSend puts q into the mailbox of d. Where d is away, the sender does at once what d would do, and it returns true.
func (c *CPU) liveSend(d *CPU, q liveIRQ) (served bool) {
	s, l := c.sys, d.live
	if !s.live.NoIPICost {
		q.at = host.Nanos() + int64(float64(s.delivery(c.id, d.id))*s.live.nanos)
	}
	l.mu.Acquire()
	defer l.mu.Release()
	if l.away && q.kind != irqMessage {
		if q.kind == irqStop {
			l.held++
		} else {
			q.call.Serve(d)
		}
		return true
	}
	l.inbox = append(l.inbox, q)
	if len(l.inbox) == 1 {
		c.sys.cpus[d.id].setDue()
	}
	if l.away {
		l.parker.Wake()
	}
	return false
}

// liveBroadcast is Broadcast on real threads.
func (c *CPU) liveBroadcast(b *Broadcast) (n int) {
	t := host.Nanos()
	k := &c.sys.costs
	c.sys.liveSpend(k.IPISend + k.ICR)
	c.sys.writes[c.id]++
	for _, d := range c.sys.cpus {
		if d != c {
			c.liveSend(d, liveIRQ{kind: irqBroadcast, call: b.Call})
			n++
		}
	}
	c.livePass(CostShootdown, t)
	c.poll()
	return n
}

// liveMessage is Send on real threads, to another CPU.
func (c *CPU) liveMessage(to int, msg any) {
	c.liveSend(c.sys.cpus[to], liveIRQ{kind: irqMessage, msg: msg})
	c.poll()
}

// liveMail fills the mailbox of an empty-handed receiver; it reports whether it holds anything then.
func (c *CPU) liveMail() bool {
	if c.live == nil {
		return false
	}
	c.liveStep()
	return c.mailQ < len(c.mail)
}
