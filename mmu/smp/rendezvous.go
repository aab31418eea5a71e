package smp

import "math/bits"

func trailingZeros(w uint64) int { return bits.TrailingZeros64(w) }

// rendezvous is one CPU's request that others stop, or run a call while it waits. A CPU has one at a time.
type rendezvous struct {
	by      *CPU
	on      CPUSet // the targets
	missing int    // targets that have not arrived
	arrived Cycles // when the initiator knows of the latest arrival
	code    uint16 // profiled: the stack that started it
	active  bool   // from the sending to the last acknowledgement
}

// arrive counts one target in; the last one lets the initiator go on.
func (r *rendezvous) arrive(at Cycles) {
	r.missing--
	r.arrived = max(r.arrived, at)
	if r.missing == 0 {
		r.by.sys.ready(r.by, r.arrived)
	}
}

// Rendezvous stops every CPU of on but this one, runs call.Initiate here while they stand still, releases them, and
// returns when each has acknowledged; each runs call.Serve before it goes on with its own work. The order of the steps is
// that of lwkt_cpusync_start and _finish (DragonFly, sys/kern/lwkt_ipiq.c, 2009): a target acknowledges first and serves
// then. Meanwhile this CPU serves IPIs itself. A CPU in a critical section arrives when it leaves it; one that sleeps,
// idles or has finished arrives at once, at no cost of its own. It returns the number of IPIs sent.
func (c *CPU) Rendezvous(on *CPUSet, call Call) int {
	if c.now >= c.horizon && c.yield() {
		return c.liveRendezvous(on, call)
	}
	n := c.collectFrom(on, irq{kind: irqStop})
	at := c.now
	c.spend(CostPTE, call.Initiate(c))
	c.Note()
	if n > 0 {
		done := c.release(call, at)
		c.waitUntil(CostShootdown, done, WaitTargets)
		c.endRendezvous()
	}
	c.Charge(CostPTE, 0) // an ordinary step again: give way where the lead is used up
	return n
}

// Interrupt runs call.Serve on every CPU of on but this one and returns when each has done it and said so
// (FreeBSD's smp_masked_invlpg). Nobody is stopped for longer than the handler takes. It returns the number of IPIs.
func (c *CPU) Interrupt(on *CPUSet, call Call) int {
	if c.now >= c.horizon && c.yield() {
		return c.liveInterrupt(on, call)
	}
	n := c.collectFrom(on, irq{kind: irqCall, what: call})
	if n > 0 {
		c.endRendezvous()
		c.Charge(CostShootdown, 0)
	}
	return n
}

// collectFrom sends q and waits until all targets have arrived.
func (c *CPU) collectFrom(on *CPUSet, q irq) int {
	r := &c.rv
	r.by, r.on, r.arrived, r.active = c, *on, 0, true
	r.on.Remove(int(c.id))
	if c.hook != nil {
		r.code = c.hook.here()
	}
	n, last := c.post(&r.on, q)
	if r.missing = n; n == 0 {
		r.active = false
		return 0
	}
	c.beginWait(CostShootdown, WaitTargets)
	c.state = collecting
	c.sys.tree.set(c.id, keyOf(last, c.id))
	if c.sys.explored != nil {
		c.sys.tree.set(c.id, never) // there every IPI arrives by itself
	}
	if c.irqAt <= c.now && c.sys.explored == nil {
		c.drain(c.now) // held off by a critical section until now
	}
	c.park()
	return n
}

// collect runs at the moment by which every IPI of c's rendezvous has reached its target: whoever takes IPIs has been
// stopped by then. The rest arrive when their critical sections end.
func (s *System) collect(c *CPU, t Cycles) {
	s.bulk = true
	s.tree.leaf(c.id, never)
	r := &c.rv
	for id := r.on.Next(0); id >= 0 && id < len(s.cpus); id = r.on.Next(id + 1) {
		d := s.cpus[id]
		d.gather()
		if d.irqAt > t || !d.takesIPIs() {
			continue
		}
		d.drain(t)
		d.replace()
	}
	s.bulk = false
	s.tree.rebuild()
}

// replace gives d the place in the race that its state asks for, after others have acted on it.
func (d *CPU) replace() {
	s := d.sys
	switch {
	case d.stops > 0 && !d.rv.active, d.state == finished:
		s.set(d, never)
	case d.state == running:
		s.set(d, keyOf(d.now, d.id))
	case d.granted:
		d.wakeAt = max(d.wakeAt, d.busy)
		s.set(d, keyOf(d.wakeAt, d.id))
	}
}

// release, at the moment at when all had arrived, lets the targets of c's rendezvous go, each after it has served the call, and returns when c knows of the
// last acknowledgement.
func (c *CPU) release(call Call, at Cycles) (done Cycles) {
	s := c.sys
	k := &s.costs
	r := &c.rv
	s.bulk = true
	for id := r.on.Next(0); id >= 0 && id < len(s.cpus); id = r.on.Next(id + 1) {
		d := s.cpus[id]
		d.gather()
		if d.irqAt <= at && d.takesIPIs() && s.explored == nil {
			d.drain(at) // it spins in its handler and has served what came since
		}
		line := k.Line[s.distance(c.id, d.id)]
		start := max(c.now+line, d.busy)
		done = max(done, start+k.Ack+line)
		d.busy = start + k.Ack
		d.busy += call.Serve(d)
		d.stops--
		if d.stops == 0 && d.state == running && !d.rv.active {
			d.steal(d.busy-d.stopFrom, c.id)
			if d.hook != nil {
				d.hook.passed(d, CostStolen, d.busy-d.stopFrom, attribution{c.id, r.code})
			}
		}
		d.replace()
	}
	s.bulk = false
	s.tree.rebuild()
	return done
}

// endRendezvous makes c an ordinary CPU again. If others have stopped it meanwhile, it stands still now.
func (c *CPU) endRendezvous() {
	c.rv.active = false
	if c.stops > 0 {
		c.stopFrom, c.busy = c.now, max(c.busy, c.now)
		c.sys.tree.set(c.id, never)
		c.park()
	}
	c.setDeadline()
}
