package smp

import (
	"slices"

	"lwbench/internal/reuse"
)

// Broadcast is an interrupt that one CPU sends to all others by a vector of its own, and whose effect it does not wait
// for. A target's APIC keeps one pending interrupt of a vector: those that arrive before its handler begins are one
// (the IRR bit; Intel SDM volume 3, "Interrupt Acceptance for Fixed Interrupts"). A System's Broadcast is made by NewBroadcast.
type Broadcast struct {
	Call    Call     // Serve is the handler's work; Initiate is not called
	number  int32    // in the System
	started []Cycles // by CPU: when the last handler began
}

// NewBroadcast returns a Broadcast of the system.
func (s *System) NewBroadcast(call Call) *Broadcast {
	n := len(s.broadcasts)
	var b *Broadcast
	if n < cap(s.broadcasts) {
		b = s.broadcasts[:n+1][n] // of the System before, or nil
	}
	if b == nil {
		b = new(Broadcast)
	}
	*b = Broadcast{Call: call, number: int32(n), started: reuse.Zeros(b.started, len(s.cpus))}
	s.broadcasts = append(s.broadcasts, b)
	for i := range b.started {
		b.started[i] = -1
	}
	return b
}

// sent is one broadcast on its way. The sender writes one entry into the System's log. Each CPU takes it from there when
// the engine next looks at it, so that a broadcast costs the host one step for each CPU, on memory that is in its cache.
//
// Note: inserting into every inbox at once took 33 ns a target at 64 CPUs, most of it cache misses.
type sent struct {
	at   Cycles // when the IPI leaves
	made Cycles // when the sender began: no CPU was farther behind then than the fastest IPI takes
	from int32
	ev   int32   // traced: the event that sent it, plus 1
	code uint16  // profiled: the stack that sent it
	what int32   // the number of the Broadcast, or aRequest
	on   *CPUSet // the targets, or nil: all
}

// aRequest marks the rendezvous of the sender, which has the rest; on is the targets that have not taken it.
const aRequest = -1

// keepLog is how long the log may grow before the entries that every CPU has taken are dropped.
const keepLog = 8192

// Broadcast sends b to every other CPU and does not wait. It returns the number of IPIs. The sender pays for sending
// only: one ICR write, all-but-self (DragonFly smp_invltlb, all_but_self_ipi).
func (c *CPU) Broadcast(b *Broadcast) int {
	if c.live != nil {
		return c.liveBroadcast(b)
	}
	return c.postTo(b, nil, len(c.sys.cpus)-1, 1)
}

// BroadcastTo is Broadcast to the CPUs of on but this one, with one ICR write for each; not for real threads.
func (c *CPU) BroadcastTo(b *Broadcast, on *CPUSet) int {
	targets := *on
	targets.Remove(int(c.id))
	n := targets.Count()
	if n == len(c.sys.cpus)-1 {
		return c.postTo(b, nil, n, 1)
	}
	return c.postTo(b, &targets, n, n)
}

// postTo sends b to n CPUs, one ICR write for each.
func (c *CPU) postTo(b *Broadcast, on *CPUSet, n, writes int) int {
	s := c.sys
	if n == 0 {
		return 0
	}
	e := sent{made: c.now, from: c.id, what: b.number, on: on}
	if c.sys.explored.traced() {
		e.ev = int32(c.Publish()) + 1
		for _, d := range s.cpus {
			c.Touches(objInbox|Object(d.id), true)
		}
	}
	if c.hook != nil {
		e.code = c.hook.here()
	}
	k := &s.costs
	sending := k.IPISend + Cycles(writes)*k.ICR
	e.at = c.now + sending
	s.enter(e)
	s.writes[c.id] += int64(writes)
	s.poster, s.posted = c.id, e.at+slices.Max(k.Deliver[:])
	c.Charge(CostShootdown, sending)
	return n
}

// enter puts e into the log and returns where.
func (s *System) enter(e sent) int {
	if len(s.log) == keepLog {
		s.trimLog()
	}
	s.log = append(s.log, e)
	return s.logBase + len(s.log) - 1
}

// gather takes the broadcasts and requests that c has not seen into its inbox. It must precede every look at the inbox of a CPU that
// is not the running one; while a CPU runs, no other CPU sends.
func (c *CPU) gather() {
	if s := c.sys; c.seen < s.logBase+len(s.log) {
		c.gatherSlow()
	}
}

func (c *CPU) gatherSlow() {
	s := c.sys
	entries := s.log[c.seen-s.logBase:]
	c.seen = s.logBase + len(s.log)
	for i := range entries {
		e := &entries[i]
		switch {
		case e.from == c.id || e.on != nil && !e.on.Has(int(c.id)):
			continue
		case e.what == aRequest:
			r := &s.cpus[e.from].rv
			r.unseen.Remove(int(c.id))
			c.queueIRQ(irq{at: r.arrival[c.id], from: e.from, kind: r.kind})
			continue
		case c.state == finished && s.explored == nil:
			continue
		}
		at := e.at + s.delivery(e.from, c.id)
		if q := c.room(at); q != nil {
			q.at, q.from, q.ev, q.what, q.held, q.code, q.kind = at, e.from, e.ev, e.what, 0, e.code, irqBroadcast
			continue
		}
		c.queueIRQ(irq{at: at, from: e.from, ev: e.ev, kind: irqBroadcast, code: e.code, what: e.what})
	}
}

// arrivals takes what c, which does not run, has not seen of the log. It reports whether it served any up to t at once.
func (c *CPU) arrivals(t Cycles) (served bool) {
	served = c.serveLog(t)
	c.gather()
	return served
}

// serveLog serves, up to t, broadcasts that c, which does not run, has not seen, as gather and drain would, and without the
// inbox. It reports whether it served any. It leaves to them whatever is not simple: IPIs that wait already, a broadcast that
// a later one of the log may overtake, or that arrives right after a handler.
func (c *CPU) serveLog(t Cycles) (served bool) {
	s := c.sys
	if len(c.inbox) > 0 || c.state == finished || c.hook != nil || !c.takesIPIs() {
		return false
	}
	works := c.state == running && c.stops == 0
	k := &s.costs
	entries := s.log[c.seen-s.logBase:]
	busy, began := c.busy, c.now
	for i := range entries {
		e := &entries[i]
		if e.from != c.id && (e.on == nil || e.on.Has(int(c.id))) {
			at := e.at + s.delivery(e.from, c.id)
			if e.what == aRequest || at > t || i+1 < len(entries) && entries[i+1].made <= at || at < c.handled+k.Rearm || c.now >= s.mark {
				break
			}
			b := s.broadcasts[e.what]
			if started := &b.started[c.id]; at >= *started {
				start := max(at, busy)
				*started = start
				c.busy = start + k.Handler
				busy = c.busy + b.Call.Serve(c)
				c.busy = busy
				if works {
					c.handled = busy
					c.now += busy - start
					s.caused[e.from] += busy - start
				}
				served = true
			}
		}
		c.seen++
	}
	if works && served {
		c.spent[CostStolen] += c.now - began
		c.last = CostStolen
	}
	return served
}

// trimLog makes every CPU take all entries of the log, and empties it.
func (s *System) trimLog() {
	for _, d := range s.cpus {
		d.gather()
	}
	s.logBase += len(s.log)
	s.log = s.log[:0]
}
