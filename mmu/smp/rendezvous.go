package smp

import "math/bits"

// rendezvous is one CPU's request that others stop, or run a call while it waits. A CPU has one at a time.
type rendezvous struct {
	c       *CPU
	by      Method
	on      CPUSet // the targets
	kind    irqKind
	unseen  CPUSet   // the targets that are to take it from the System's log
	entry   int      // where it is there
	arrival []Cycles // by CPU: when its IPI reaches a target
	missing int      // targets that have not acknowledged
	call    Call     // what targets run in their handlers, or nil
	acks    acks
	part    Cycles // how long the initiator's own part takes
	free    Cycles // when it has done it
	code    uint16 // profiled: the stack that started it
}

// arrive takes the acknowledgement that target id makes at the moment at; the last one lets the initiator continue.
func (r *rendezvous) arrive(at Cycles, id int32) {
	r.acks.add(at, id)
	r.arrived(1)
}

// arrived counts n acknowledgements that have been added.
func (r *rendezvous) arrived(n int) {
	if r.missing -= n; r.missing == 0 {
		r.c.sys.ready(r.c, max(r.free, r.acks.known(r.c, r.by.Ack)))
	}
}

// Rendezvous stops every CPU of on but this one, runs call.Initiate here while they are stopped, releases them, and
// returns when each has acknowledged; each runs call.Serve before it continues with its own work. The order of the steps
// is that of lwkt_cpusync_start and _finish (DragonFly, sys/kern/lwkt_ipiq.c, 2009), and by should be CPUSync: a target
// acknowledges first and serves then. Meanwhile this CPU serves IPIs itself. A CPU in a critical section arrives when it
// leaves it; one that sleeps, idles or has finished arrives at once, at no cost of its own. All CPUs of on must exist. It
// returns the number of IPIs sent.
func (c *CPU) Rendezvous(on *CPUSet, by Method, call Call) int {
	c.roomFor(on, by)
	if c.now >= c.horizon && c.yield() {
		return c.liveRendezvous(on, by, call)
	}
	n := c.collectFrom(on, by, irqStop, nil)
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

// Interrupt sends IPIs to every CPU of on but this one, runs call.Initiate here while they are on their way, charged to
// CostInvlpg, and returns when each target has run call.Serve and acknowledged it (FreeBSD smp_masked_invlpg, Linux
// on_each_cpu). No target is stopped for longer than its handler takes. All CPUs of on must exist. It returns the number
// of IPIs.
func (c *CPU) Interrupt(on *CPUSet, by Method, call Call) int {
	c.roomFor(on, by)
	if c.now >= c.horizon && c.yield() {
		return c.liveInterrupt(on, by, call)
	}
	n := c.collectFrom(on, by, irqCall, call)
	if n > 0 {
		c.endRendezvous()
		c.Charge(CostShootdown, 0)
	} else {
		c.Charge(CostInvlpg, call.Initiate(c))
	}
	return n
}

// collectFrom sends a request, does this CPU's own part, if there is one, and waits until all targets have acknowledged.
func (c *CPU) collectFrom(on *CPUSet, by Method, kind irqKind, own Call) int {
	r := &c.rv
	r.c, r.by, r.on, r.kind, r.call, c.initiates = c, by, *on, kind, own, true
	r.on.Remove(int(c.id))
	if c.hook != nil {
		r.code = c.hook.here()
	}
	n, last, sending := c.post(r)
	if r.missing = n; n == 0 {
		c.initiates = false
		return 0
	}
	r.part = 0
	if own != nil {
		r.part = own.Initiate(c)
	}
	r.free = c.now + sending + r.part
	c.Touches(objCrit|Object(c.id), true)
	c.open()
	c.beginWait(CostShootdown, WaitTargets)
	c.state = collecting
	c.sys.tree.set(c.id, keyOf(last, c.id))
	if c.sys.explored != nil {
		c.sys.tree.set(c.id, never) // there every IPI arrives separately
	}
	if c.irqAt <= c.now && c.sys.explored == nil && !by.Masked {
		c.drain(c.now) // held off by a critical section until now
	}
	c.park()
	if r.part > 0 {
		c.reassign(CostShootdown, CostInvlpg, r.part)
		r.part = 0
	}
	return n
}

// reassign puts n cycles that were charged to one cost down to another.
func (c *CPU) reassign(from, to Cost, n Cycles) {
	c.spent[from] -= n
	c.spent[to] += n
	if c.hook != nil {
		who := attribution{c.id, c.hook.wait}
		c.hook.passed(c, from, -n, who)
		c.hook.passed(c, to, n, who)
	}
}

// collect runs at the moment by which every IPI of c's rendezvous has reached its target: whoever takes IPIs has been
// stopped by then. The rest arrive when their critical sections end.
func (s *System) collect(c *CPU, t Cycles) {
	s.bulk = true
	s.tree.leaf(c.id, never)
	r := &c.rv
	rest := r.on
	if r.kind == irqStop && s.logBase+len(s.log) == r.entry+1 { // nothing has been posted since
		rest = s.joinMost(r)
	}
	for id := rest.Next(0); id >= 0; id = rest.Next(id + 1) {
		d := s.cpus[id]
		d.gather()
		if d.irqAt <= t && d.takesIPIs() {
			d.drain(t)
			d.replace()
		}
	}
	r.unseen = CPUSet{}
	s.mend()
}

// joinMost is join for each target of r that takes IPIs and has no other one, which are most. It returns the others.
func (s *System) joinMost(r *rendezvous) (rest CPUSet) {
	from, counts := s.place[r.c.id].code, r.by.Ack == Counter
	keys, leaves := r.acks.keys, s.tree.node[s.tree.size:]
	for w, left := range r.on {
		for ; left != 0; left &= left - 1 {
			id := w*64 + bits.TrailingZeros64(left)
			d := s.cpus[id]
			if d.seen != r.entry || d.crit > 0 || d.irqAt != Forever || d.initiates {
				rest.Add(id)
				continue
			}
			d.seen++
			at := r.arrival[id]
			start := max(at, d.busy)
			busy := start
			if at > d.entered {
				d.entered = start
				busy += s.costs.Handler
			}
			busy += s.costs.Ack
			keys = append(keys, keyOf(busy, d.id))
			if counts {
				busy += s.lineBy[bits.Len32(from^s.place[id].code)]
			}
			d.busy = busy
			if d.stops == 0 {
				d.stopped = busy
				if d.state == running {
					d.stopFrom = start
				}
			}
			d.stops++
			leaves[id] = never
		}
	}
	n := len(keys) - len(r.acks.keys)
	r.acks.keys = keys
	if n > 0 {
		r.arrived(n)
	}
	return rest
}

// replace gives d the place in the race that its state asks for, after others have acted on it.
func (d *CPU) replace() {
	s := d.sys
	switch {
	case d.stops > 0 && !d.initiates, d.state == finished:
		s.set(d, never)
	case d.state == running:
		s.set(d, keyOf(d.now, d.id))
	case d.granted:
		d.wakeAt = max(d.wakeAt, d.busy)
		s.set(d, keyOf(d.wakeAt, d.id))
	}
}

// release lets the targets of c's rendezvous go at the moment at, when all have arrived. Each serves the call first. It returns
// when c knows of the last acknowledgement.
func (c *CPU) release(call Call, at Cycles) (done Cycles) {
	s := c.sys
	r := &c.rv
	s.bulk = true
	for w, left := range r.on {
		for ; left != 0; left &= left - 1 {
			d := s.cpus[w*64+bits.TrailingZeros64(left)]
			d.gather()
			if d.irqAt <= at && d.takesIPIs() && s.explored == nil {
				d.drain(at) // it spins in its handler and has served what came since
			}
			if s.explored.traced() {
				c.Touches(CPUOf(d.ID()), true)
				c.grant(d)
			}
			c.releaseTarget(d, call)
		}
	}
	s.mend()
	return r.acks.known(c, r.by.Ack)
}

// releaseTarget releases target d of c's rendezvous.
func (c *CPU) releaseTarget(d *CPU, call Call) {
	s, r := c.sys, &c.rv
	line := s.line(c.id, d.id)
	busy := max(c.now+line, d.busy) + s.costs.Ack
	r.acks.add(busy, d.id)
	if r.by.Ack == Counter {
		busy += line // the locked add waits for the line
	}
	d.busy = busy
	busy += call.Serve(d)
	d.busy = busy
	d.stops--
	if d.state == running {
		d.handled = busy
		if d.stops == 0 && !d.initiates {
			d.steal(busy-d.stopFrom, c.id)
			if d.hook != nil {
				d.hook.passed(d, CostStolen, busy-d.stopFrom, attribution{c.id, r.code})
			}
		}
	}
	d.replace()
}

// endRendezvous makes c an ordinary CPU again. If another initiator has stopped it in the meantime, it stops now.
func (c *CPU) endRendezvous() {
	c.Touches(objCrit|Object(c.id), true)
	c.initiates = false
	if c.rv.by.Masked {
		c.busy, c.opened = max(c.busy, c.now), c.now // nothing was served while it waited
	}
	if c.stops > 0 {
		c.stopFrom, c.busy = c.now, max(c.busy, c.now)
		c.sys.tree.set(c.id, never)
		c.park()
	}
	c.setDeadline()
}
