package smp

import "errors"

// ready makes a waiting CPU run again at moment t, its present or later.
func (s *System) ready(c *CPU, t Cycles) {
	c.wakeAt, c.granted = max(t, c.waitFrom), true
	if c.stops > 0 && !c.initiates {
		s.set(c, never) // the end of the rendezvous will look at it again
		return
	}
	s.set(c, keyOf(c.wakeAt, c.id))
}

// set changes c's place in the race. Where another CPU's code is running, that CPU's limits follow.
func (s *System) set(c *CPU, key uint64) {
	if s.bulk {
		s.tree.leaf(c.id, key)
		return
	}
	s.tree.set(c.id, key)
	if s.cur != nil && s.cur != c && key != never {
		s.cur.limit(key)
	}
}

// mend ends a bulk of changes, and narrows the limits of the CPU whose code is running.
func (s *System) mend() {
	s.bulk = false
	s.tree.rebuild()
	if c := s.cur; c != nil {
		if least := s.tree.leastBut(c.id); least != never {
			c.limit(least)
		}
	}
}

// limit lowers how far the running CPU may go, now that another one is at key.
func (c *CPU) limit(key uint64) {
	t := Cycles(key >> idBits)
	h := t
	if keyOf(t, c.id) < key {
		h++ // at the same clock the smaller id goes first
	}
	c.order = min(c.order, h)
	if len(c.touches) == 0 {
		c.horizon = c.order
	}
	c.lead = min(c.lead, t+c.sys.ahead)
	c.deadline = min(c.deadline, int64(c.lead))
}

// errTooLong ends a run whose clocks would overflow.
var errTooLong = errors.New("virtual time is used up (2^52 cycles): ask for fewer operations or shorter waits")

// park hands the host to the next CPU. It returns when c runs again. c's leaf must be up to date.
func (c *CPU) park() {
	s := c.sys
	if s.unwinding {
		panic(unwind{}) // a deferred call that waits
	}
	if c.hook != nil {
		c.hook.parks(c)
	}
	if s.explored != nil && s.explored.parked != nil {
		s.explored.stands(c)
	}
	s.cur = nil
	s.choose()
	c.hand()
}

// hand resumes the CPU that has been chosen. It returns when c runs again.
func (c *CPU) hand() {
	s := c.sys
	if s.next == c && !s.cancel.Load() {
		return
	}
	if s.next == nil || s.cancel.Load() {
		c.co.switchTo(s.host)
	} else {
		c.co.switchTo(s.next.co.at)
	}
}

// count counts a choice.
func (s *System) count() {
	if s.choices++; s.choices&63 == 0 || len(s.cpus) == 1 {
		s.progress.Store(s.choices)
	}
}

// choose does all that needs no coroutine (IPIs served by CPUs that do not run) until a CPU must be resumed; that one
// becomes next and cur. next is nil at the end of the run.
func (s *System) choose() {
	s.count()
	if s.explored != nil {
		s.explore()
		return
	}
	for {
		s.decisions++
		key := s.tree.least()
		if key == never {
			s.next = nil
			if s.left > 0 && s.err == nil {
				s.err = s.deadlock()
			}
			return
		}
		c := s.cpus[key&(1<<idBits-1)]
		t := Cycles(key >> idBits)
		if t >= Forever {
			s.next, s.err = nil, errTooLong
			return
		}
		if t >= s.mark {
			s.reachMark()
			if s.stopped {
				s.next = nil
				return
			}
			continue
		}
		if c.state == collecting && !c.granted {
			s.collect(c, t)
			continue
		}
		c.wipeUpTo(t)
		served := c.seen < s.logBase+len(s.log) && c.arrivals(t)
		if c.takesIPIs() && c.irqAt <= t {
			c.drain(t)
			served = true
		}
		if served {
			if !c.settle(t) {
				continue
			}
		} else if c.state != running && c.busy > t {
			c.wakeAt = c.busy
			s.tree.set(c.id, keyOf(c.busy, c.id))
			continue
		}
		s.start(c)
		return
	}
}

// settle puts c in its place after it has served IPIs; it reports whether c can run at t after all.
func (c *CPU) settle(t Cycles) bool {
	s := c.sys
	switch {
	case c.stops > 0 && !c.initiates:
		return false // drain has taken it out of the race
	case c.state == running && c.now > t:
		s.tree.set(c.id, keyOf(c.now, c.id))
		return false
	case c.state != running && c.busy > c.wakeAt:
		c.wakeAt = c.busy
		s.tree.set(c.id, keyOf(c.busy, c.id))
		return false
	}
	return true
}

// start makes c the running CPU and works out how far it may go.
func (s *System) start(c *CPU) {
	s.resume(c)
	c.order, c.lead = s.mark, min(c.now+slice, s.mark)
	c.horizon = c.order
	if other := s.tree.leastBut(c.id); other != never {
		c.limit(other)
		c.lead = max(c.lead, c.now+1) // it is its turn: one step at least
	}
	if len(c.touches) > 0 {
		c.horizon = 0
	}
	c.setDeadline()
}

// resume makes c the running CPU.
func (s *System) resume(c *CPU) {
	if c.state != running {
		c.endWait()
		if c.hook != nil {
			c.hook.passed(c, c.waitFor, c.wakeAt-c.waitFrom, attribution{c.id, c.hook.wait})
		}
	}
	c.beyond = 0
	s.cur, s.next = c, c
}
