package smp

// Own counts what the live engine itself has done on a CPU, for an estimate of the time that it takes.
type Own struct {
	Looks int64 // at the host's clock
	Works int64 // stretches of computing: each ends at a look, some time after it should
	Calls int64 // charges, ordered points and locks, counted while CountCalls is on
}

// Own returns the counts so far; they are 0 under the virtual clock.
func (c *CPU) Own() Own {
	if c.live == nil {
		return Own{}
	}
	return c.live.own
}

// CountCalls begins or ends counting the machine calls of a live CPU. While it counts, each call takes the slow path on
// which it looks for IPIs, so that a call that is not counted costs no more for it.
func (c *CPU) CountCalls(on bool) {
	c.live.counting = on
	c.liveNext()
}

// liveNext sets the deadline for the next look at the clock, or for the next call where calls are counted. Whoever sends
// an IPI writes due first and the deadline then; here they are written and read the other way round, so that one of the two
// sees the other.
func (c *CPU) liveNext() {
	l := c.live
	if l.counting {
		c.setDueAt(long)
		return
	}
	c.setDueAt(l.look)
	if l.due.Load() != noMail {
		c.setDueAt(long)
	}
}

// counted counts a call if calls are counted, and reports whether that is all there is to do.
func (c *CPU) counted() bool {
	l := c.live
	if !l.counting {
		return false
	}
	l.own.Calls++
	return c.now < l.look && l.due.Load() == noMail && c.spent[CostWork] == l.worked
}
