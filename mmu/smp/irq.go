package smp

import "slices"

// irq is one IPI or message on its way to a CPU. It is small and has no pointers: a broadcast makes one for every CPU.
type irq struct {
	at   Cycles // arrival
	from int32
	ev   int32  // traced: the event that sent it, plus 1
	what int32  // a broadcast: its number in the System; a message: where the System keeps it
	held uint32 // a broadcast: how long it has been pending by the moment at
	code uint16 // profiled: the stack that sent it
	kind irqKind
}

// arrived returns when q reached its CPU's APIC.
func (q *irq) arrived() Cycles { return q.at - Cycles(q.held) }

type irqKind uint8

const (
	irqBroadcast irqKind = iota // run the Broadcast's call; no CPU waits for it
	irqStop                     // join the sender's rendezvous
	irqCall                     // run the call of the sender's rendezvous; the initiator waits
	irqMessage                  // put the message into the mailbox
)

// Call is work that an IPI carries. Its methods return the cycles they take; they must not call a method of c that
// charges or waits.
type Call interface {
	// Initiate runs on the initiator: in a rendezvous while all targets are stopped, otherwise after the IPIs have been
	// sent, while the targets are on their way.
	Initiate(c *CPU) Cycles
	// Serve runs on a target, in its IPI handler.
	Serve(c *CPU) Cycles
}

// deliver puts an IPI into c's inbox, which is sorted.
func (c *CPU) deliver(q irq) {
	if x := c.sys.explored; x.traced() && q.ev == 0 {
		by := c.sys.cpus[q.from]
		q.ev = int32(by.Publish()) + 1
		by.Touches(objInbox|Object(c.id), true)
	}
	c.queueIRQ(q)
	if q.kind == irqMessage && c.wants && (!c.granted || q.at < c.wakeAt) {
		c.sys.cpus[q.from].grant(c)
		c.sys.ready(c, q.at)
	}
}

// room returns a new last entry of the inbox, for the caller to fill in, if what arrives at that moment belongs there; otherwise
// it is for queueIRQ. An entry that is written where it stays costs half of one that is made elsewhere and then copied: a
// processor cannot load together what it has just stored field by field.
func (c *CPU) room(at Cycles) *irq {
	n := len(c.inbox)
	if n == cap(c.inbox) || n > 0 && c.inbox[n-1].at >= at {
		return nil
	}
	if n == 0 {
		c.irqAt = at
	}
	c.inbox = c.inbox[:n+1]
	return &c.inbox[n]
}

// queueIRQ puts q into the inbox.
func (c *CPU) queueIRQ(q irq) {
	n := len(c.inbox)
	c.inbox = append(c.inbox, q)
	if n > 0 && c.sys.explored == nil { // there the Scheduler decides what arrives first: by when it lets CPUs send
		if c.inbox[n-1].at < q.at {
			return
		}
		n = c.sortLast()
	}
	if n == 0 {
		c.irqAt = q.at
	}
}

// before reports whether an inbox has q before o: by (arrival, sender, kind), and then a held one first. The order does not
// depend on when the inbox takes a broadcast from the log.
func (q *irq) before(o *irq) bool {
	switch {
	case q.at != o.at:
		return q.at < o.at
	case q.from != o.from:
		return q.from < o.from
	case q.kind != o.kind:
		return q.kind < o.kind
	}
	return q.held > 0
}

// sortLast moves the last entry of the inbox to its place and returns it.
func (c *CPU) sortLast() int {
	i := len(c.inbox) - 1
	q := c.inbox[i]
	for i > 0 && q.before(&c.inbox[i-1]) {
		c.inbox[i] = c.inbox[i-1]
		i--
	}
	c.inbox[i] = q
	return i
}

// drain serves, in order, the IPIs that have arrived at c by the moment upto; c takes IPIs. A CPU that drains its own
// inbox may be ahead of the others: once it is stopped it cannot know when it will be released, and leaves what arrives
// after the moment it stopped to the CPUs that act at that time.
func (c *CPU) drain(upto Cycles) {
	n := 0
	for n < len(c.inbox) && c.inbox[n].at <= upto {
		if c.sys.cur == c && c.stops > 0 && !c.initiates && c.inbox[n].at > c.stopped {
			break
		}
		q := &c.inbox[n]
		if q.kind == irqBroadcast && q.at < c.handled+c.sys.costs.Rearm && c.heldByHandler(n) {
			continue // another one is first now
		}
		c.serve(q)
		n++
	}
	if n == len(c.inbox) {
		c.inbox, c.irqAt = c.inbox[:0], Forever
		return
	}
	if n > 0 {
		c.inbox = c.inbox[:copy(c.inbox, c.inbox[n:])]
	}
	c.irqAt = c.inbox[0].at
}

// heldByHandler moves entry n of the inbox, a broadcast that arrived while a handler ran on working c, to the moment when
// the CPU can take it: the APIC presents a pending interrupt some cycles after the end of the handler before, in which the
// interrupted code goes on. So interrupts cannot keep it from ever moving. One that finds its vector pending already is
// dropped. It decides by what arrived before the entry alone: what arrives later may not be known yet.
func (c *CPU) heldByHandler(n int) bool {
	q := c.inbox[n]
	until := c.handled + c.sys.costs.Rearm
	if c.state != running || c.stops > 0 || c.sys.explored != nil || q.arrived() < c.sys.broadcasts[q.what].started[c.id] {
		return false
	}
	for i := n + 1; i < len(c.inbox) && c.inbox[i].at <= until; i++ {
		if c.inbox[i].held > 0 && c.inbox[i].what == q.what {
			c.inbox = slices.Delete(c.inbox, n, n+1)
			return true
		}
	}
	q.held += uint32(until - q.at)
	q.at = until
	i := n
	for ; i+1 < len(c.inbox) && c.inbox[i+1].before(&q); i++ {
		c.inbox[i] = c.inbox[i+1]
	}
	c.inbox[i] = q
	return true
}

// serve handles one IPI. A CPU that works is held up by it; one that waits, idles or has finished is not.
func (c *CPU) serve(q *irq) {
	s := c.sys
	if s.explored.traced() {
		c.traceServe(q)
	}
	switch q.kind {
	case irqMessage:
		c.took(q)
		c.mail = append(c.mail, s.letters.take(q.what))
	case irqBroadcast:
		c.serveBroadcast(q)
	case irqStop:
		c.join(q.at, &s.cpus[q.from].rv)
	case irqCall:
		start := c.enterHandler(q.at)
		r := &s.cpus[q.from].rv
		c.busy += r.call.Serve(c)
		works := c.state == running && c.stops == 0
		c.acknowledge(r)
		if works {
			c.leaveHandler(start, q)
		}
	}
}

// serveBroadcast runs the handler of a broadcast.
func (c *CPU) serveBroadcast(q *irq) {
	s := c.sys
	b := s.broadcasts[q.what]
	started := &b.started[c.id]
	if s.explored == nil && (c.state == finished || q.arrived() < *started) {
		return // it was pending when the last handler began: they are one. A Scheduler decides that by when it lets it come
	}
	start := max(q.at, c.busy)
	*started = start
	c.busy = start + s.costs.Handler
	c.busy += b.Call.Serve(c)
	if c.state == running && c.stops == 0 {
		c.leaveHandler(start, q)
	}
}

// enterHandler begins to serve a function call or a stop that arrived at a moment, and returns when. If it was queued before
// the last handler began, that handler took it.
func (c *CPU) enterHandler(at Cycles) (start Cycles) {
	start = max(at, c.busy)
	c.busy = start
	if at > c.entered {
		c.entered = start
		c.busy += c.sys.costs.Handler
	}
	return start
}

// leaveHandler ends the handler of q, which has interrupted work since start.
func (c *CPU) leaveHandler(start Cycles, q *irq) {
	c.handled = c.busy
	c.steal(c.busy-start, q.from)
	if c.hook != nil {
		c.hook.stolen(c, c.busy-start, q)
	}
}

// join stops c for the rendezvous r, whose IPI arrived at a moment.
func (c *CPU) join(at Cycles, r *rendezvous) {
	start := c.enterHandler(at)
	works := c.state == running && c.stops == 0
	c.acknowledge(r)
	if c.stops++; c.stops == 1 {
		c.stopped = c.busy
	}
	if works {
		c.stopFrom = start
	}
	if !c.initiates {
		c.sys.set(c, never)
	}
}

// acknowledge answers the initiator of r at the present end of c's handler.
func (c *CPU) acknowledge(r *rendezvous) {
	at := c.busy + c.sys.costs.Ack
	c.busy = at
	c.grant(r.c)
	if r.by.Ack == Counter {
		c.busy += c.sys.line(c.id, r.c.id) // the locked add waits for the line
	}
	r.arrive(at, c.id)
}

// steal takes n cycles from what c is doing, for an IPI of CPU from. They count as if c had begun its next step later.
// The caller informs the profiler's hook.
func (c *CPU) steal(n Cycles, from int32) {
	last := c.last
	crossed := c.now >= c.sys.mark
	c.spend(CostStolen, n)
	c.sys.caused[from] += n
	if crossed {
		c.last = last
		c.beyond += n
	}
}

// traceServe says what taking an IPI touches: it comes after its sending, and only while the CPU takes IPIs. A message is
// read later, by the thread.
func (c *CPU) traceServe(q *irq) {
	c.Touches(objCrit|Object(c.id), false)
	x := c.sys.explored
	switch {
	case q.kind == irqMessage:
		if x.tr != nil {
			x.tr.After(x.events[q.ev-1].step)
		}
		c.sent = append(c.sent, int(q.ev)-1)
		c.Touches(objMail|Object(c.id), true)
		return
	case q.kind == irqStop:
		c.Touches(CPUOf(c.ID()), true)
	}
	c.Follow(int(q.ev) - 1)
}
