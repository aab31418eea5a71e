package smp

// TLBICosts are the prices of invalidating the TLBs of all CPUs by instructions (AMD INVLPGB and TLBSYNC, Arm TLBI of the
// inner shareable domain and DSB). No CPU is interrupted.
type TLBICosts struct {
	Pages    int                  // consecutive pages that one instruction invalidates at most; 0: the machine has no such instruction
	Issue    Cycles               // initiator: one instruction
	Occupies Cycles               // how long the interconnect carries one instruction; those of all CPUs follow one another
	Each     Cycles               // what each CPU other than the initiator adds to the completion
	Sync     [NumDistances]Cycles // from the last instruction until the initiator knows that all have completed, by the farthest CPU
}

// least is the shortest time from an instruction to its completion.
func (k *TLBICosts) least() Cycles {
	return k.Issue + min(k.Sync[Sibling], k.Sync[Socket], k.Sync[Remote])
}

// Effect is what an instruction that reaches all CPUs does to one of them. Effects on one CPU must commute.
type Effect interface {
	// Apply does it to c at the moment at. It takes no time of c, and must not call a method of c that charges or waits.
	Apply(c *CPU, at Cycles)
}

// wipe is an Effect on its way.
type wipe struct {
	at   Cycles // when it completes, on all CPUs
	from int32
	what Effect
}

// Invalidate issues n instructions that together apply what to every CPU. With wait it returns when they have completed;
// otherwise after the last has been issued, and the effect comes to the others later. They take effect when they complete,
// also on a CPU in a critical section, in a handler or asleep. It is an ordered point, and not for real
// threads. The machine must have the instruction.
func (c *CPU) Invalidate(what Effect, n int, wait bool) {
	c.Order()
	s := c.sys
	k := &s.costs.TLBI
	issue := Cycles(n) * k.Issue
	if s.explored != nil {
		c.invalidateExplored(what, issue, wait)
		return
	}
	s.carried = max(s.carried, c.now) + Cycles(n)*k.Occupies
	at := max(s.carried, c.now+issue) + Cycles(len(s.cpus)-1)*k.Each + k.Sync[s.place[c.id].far]
	if len(s.wipes) == keepLog {
		s.trimWipes()
	}
	s.wipes = append(s.wipes, wipe{at, c.id, what})
	s.poster, s.posted = c.id, max(s.posted, at)
	if !wait {
		what.Apply(c, c.now)
		c.Charge(CostShootdown, issue)
		return
	}
	c.Charge(CostShootdown, at-c.now)
	c.Order() // no other CPU is before the completion
	for _, d := range s.cpus {
		d.wipeUpTo(at)
	}
	what.Apply(c, at)
}

// invalidateExplored is Invalidate under a Scheduler: the others may act, and use what they hold, until the completion. Without
// wait the effect arrives as an interrupt would, at a moment that the Scheduler chooses.
func (c *CPU) invalidateExplored(what Effect, issue Cycles, wait bool) {
	s := c.sys
	if !wait {
		what.Apply(c, c.now)
		c.Broadcast(s.NewBroadcast(arrival{what}))
		return
	}
	c.Charge(CostShootdown, issue)
	if !c.charges {
		c.yield()
	}
	for _, d := range s.cpus {
		what.Apply(d, c.now)
	}
}

// arrival is an Effect as the work of an interrupt.
type arrival struct{ what Effect }

// Initiate does nothing.
func (arrival) Initiate(*CPU) Cycles { return 0 }

// Serve applies the effect.
func (a arrival) Serve(c *CPU) Cycles {
	a.what.Apply(c, c.Moment())
	return 0
}

// wipeUpTo applies to c what has completed by t. It changes no clock, so that it may be done for a CPU in any state.
func (c *CPU) wipeUpTo(t Cycles) {
	if s := c.sys; c.wiped < s.wipeBase+len(s.wipes) {
		c.gatherWipes()
	}
	if c.wipeAt <= t {
		c.applyWipes(t)
	}
}

// gatherWipes takes what c has not seen out of the System's log.
func (c *CPU) gatherWipes() {
	s := c.sys
	for ; c.wiped < s.wipeBase+len(s.wipes); c.wiped++ {
		if e := &s.wipes[c.wiped-s.wipeBase]; e.from != c.id {
			c.pendingWipes = append(c.pendingWipes, *e)
			c.wipeAt = min(c.wipeAt, e.at)
		}
	}
}

func (c *CPU) applyWipes(t Cycles) {
	rest := c.pendingWipes[:0]
	c.wipeAt = Forever
	for _, e := range c.pendingWipes {
		if e.at <= t {
			e.what.Apply(c, e.at)
			continue
		}
		rest = append(rest, e)
		c.wipeAt = min(c.wipeAt, e.at)
	}
	clear(c.pendingWipes[len(rest):])
	c.pendingWipes = rest
}

// trimWipes makes every CPU take all entries of the log, and empties it.
func (s *System) trimWipes() {
	for _, d := range s.cpus {
		d.gatherWipes()
	}
	s.wipeBase += len(s.wipes)
	clear(s.wipes)
	s.wipes = s.wipes[:0]
}
