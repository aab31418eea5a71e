package smp

import "slices"

// broadcast is a call posted to every CPU. The sender writes one entry into the System's log; each CPU takes it from
// there when it is next looked at, so that a broadcast costs the host one step for each CPU, on memory that is at hand,
// and not one insertion into every CPU's inbox.
//
// Note: inserting at once cost 33 ns a target at 64 CPUs, most of it cache misses.
type broadcast struct {
	at   Cycles // when the first IPI leaves
	from int32
	call Call
}

// keepLog is how long the log may grow before what everybody has taken is dropped.
const keepLog = 8192

// Post runs call on every CPU of on but this one, by an IPI that nobody waits for. It returns the number of IPIs. The
// sender pays for sending only.
func (c *CPU) Post(on *CPUSet, call Call) int {
	s := c.sys
	if c.live != nil {
		return c.livePost(on, call)
	}
	k := &s.costs
	n := len(s.cpus) - 1
	if c.hook != nil {
		call = profiled{call, c.hook.here()}
	}
	if *on != s.all {
		n, _ = c.post(on, irq{kind: irqPost, what: call})
	} else if n > 0 {
		if len(s.log) == keepLog {
			s.trimLog()
		}
		s.log = append(s.log, broadcast{at: c.now + k.IPISend, from: c.id, call: call})
	}
	if n > 0 {
		s.poster, s.posted = c.id, c.now+k.IPISend+Cycles(n)*k.IPIEach+slices.Max(k.Deliver[:])
		c.Charge(CostShootdown, k.IPISend+Cycles(n)*k.IPIEach)
	}
	return n
}

// gather takes the broadcasts that c has not seen into its inbox. It must precede every look at the inbox of a CPU that
// is not the running one; while a CPU runs, nobody else sends.
func (c *CPU) gather() {
	if s := c.sys; c.seen < s.logBase+len(s.log) {
		c.gatherSlow()
	}
}

func (c *CPU) gatherSlow() {
	s := c.sys
	k := &s.costs
	for ; c.seen < s.logBase+len(s.log); c.seen++ {
		b := &s.log[c.seen-s.logBase]
		if b.from == c.id || c.state == finished {
			continue
		}
		turn := Cycles(c.id) // IPIs leave in the order of the targets' numbers, the sender left out
		if c.id < b.from {
			turn++
		}
		c.deliver(irq{at: b.at + turn*k.IPIEach + k.Deliver[s.distance(b.from, c.id)], from: b.from, kind: irqPost, what: b.call})
	}
}

// trimLog makes everybody take what is in the log and empties it.
func (s *System) trimLog() {
	for _, d := range s.cpus {
		d.gather()
	}
	s.logBase += len(s.log)
	s.log = s.log[:0]
}
