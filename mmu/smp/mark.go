package smp

// At arranges for look to be called at the moment t of virtual time: when every CPU has come to t, and none has gone
// further than the one charge or wait that took it across. What look sees is the same for every run-ahead. It must not act
// on the machine, but may call Account, At for a later moment, and Stop. A System has one such moment at a time, the one
// set last; a run that ends before is not looked at. Call At before Run or from look. Real threads have no common moment.
func (s *System) At(t Cycles, look func()) { s.mark, s.look = t, look }

// Stop, called from a look, ends the run there: Run returns nil, and the code on the CPUs goes no further.
func (s *System) Stop() { s.stopped = true }

// GVT returns a lower bound of the moments at which CPUs will act, the global virtual time of a parallel simulation. Under a
// Scheduler, which ignores time, it is 0.
func (s *System) GVT() Cycles {
	c := s.cur
	switch {
	case s.explored != nil:
		return 0
	case c == nil:
		return Cycles(s.tree.least() >> idBits)
	}
	return min(c.now, Cycles(s.tree.leastBut(c.id)>>idBits))
}

// Decisions returns how often it had to be decided who runs next, so far: what a run has cost the host.
func (s *System) Decisions() int64 { return s.decisions }

// Progress returns a number that changes while the code on the CPUs calls the machine, under the virtual clock. It may be
// called from any goroutine.
func (s *System) Progress() int64 { return s.progress.Load() }

// reachMark calls the look that is due.
func (s *System) reachMark() {
	s.marked = s.mark
	s.serveUpTo(s.marked)
	look := s.look
	s.mark, s.look = Forever, nil
	s.settle(1)
	look()
	s.settle(-1)
}

// serveUpTo lets every CPU serve what has arrived by t.
func (s *System) serveUpTo(t Cycles) {
	s.bulk = true
	for _, d := range s.cpus {
		d.serveUpTo(t)
	}
	s.mend()
}

// serveUpTo lets d, which does not run, serve what has arrived by t. It would do so at its next turn, before anything else.
func (d *CPU) serveUpTo(t Cycles) {
	d.gather()
	d.wipeUpTo(t)
	if d.irqAt <= t && d.takesIPIs() {
		d.drain(t)
		d.replace()
	}
}

// Account returns what CPU id has spent up to the moment of the look under way. A charge that lies across the moment is
// split there, and a wait in progress counts as far as it has come: the sum over all costs is the moment itself.
func (s *System) Account(id int) [NumCosts]Cycles {
	c := s.cpus[id]
	spent := c.spent
	x := c.across(s.marked)
	spent[x.cost] += x.n - x.own
	spent[CostInvlpg] += x.own
	spent[CostStolen] += x.stolen
	return spent
}

// crossing is what lies between a CPU's clock and a moment: n cycles of one cost, negative where a charge has taken the
// clock beyond the moment, and cycles stolen by IPIs, negative where they are beyond it.
// In a wait for acknowledgements, own is the part that the initiator spends on its own invalidation.
type crossing struct {
	cost           Cost
	n, stolen, own Cycles
}

func (c *CPU) across(t Cycles) crossing {
	switch n := t - c.now; {
	case n <= 0:
		stolen := min(c.beyond, -n)
		return crossing{c.last, n + stolen, -stolen, 0}
	case c.state == finished:
		return crossing{CostIdle, n, 0, 0}
	case c.state == running:
		return crossing{c.last, 0, n, 0} // a rendezvous has stopped it
	default:
		own := Cycles(0)
		if r := &c.rv; c.initiates {
			own = min(max(0, t-(r.free-r.part)), r.part)
		}
		return crossing{c.waitFor, n, 0, own}
	}
}

// settle tells the profiler, where there is one, of what lies between the clock of each CPU and the moment; with sign -1 it
// takes it back.
func (s *System) settle(sign Cycles) {
	for _, c := range s.cpus {
		if c.hook != nil {
			c.hook.settle(c, sign)
		}
	}
}

func (g *hook) settle(c *CPU, sign Cycles) {
	t := c.sys.marked
	x := c.across(t)
	tell := func(k Cost, n Cycles, who attribution) {
		if n != 0 {
			g.to.Charged(int(c.id), k, sign*n, int(who.by), who.at)
		}
	}
	if x.n < 0 {
		tell(x.cost, x.n, g.by)
	} else {
		tell(x.cost, x.n-x.own, attribution{c.id, g.wait})
		tell(CostInvlpg, x.own, attribution{c.id, g.wait})
	}
	if x.stolen < 0 {
		tell(CostStolen, x.stolen, g.thief)
	} else if x.stolen > 0 {
		tell(CostStolen, x.stolen, c.stopper())
	}
	if x.cost != CostLockWait || x.n == 0 {
		return
	}
	if x.n < 0 { // a hand-over that continues
		g.to.Delayed(int(c.id), sign*x.n, int(g.last.by), g.last.at)
		return
	}
	if n := t - c.waitFrom - g.owed; n > 0 {
		who := c.blocker()
		g.to.Delayed(int(c.id), sign*n, int(who.by), who.at)
	}
}

// stopper returns the code whose rendezvous has stopped c.
func (c *CPU) stopper() attribution {
	for _, d := range c.sys.cpus {
		if d.initiates && d.full == 0 && d.rv.on.Has(int(c.id)) {
			return attribution{d.id, d.rv.code}
		}
	}
	return attribution{c.id, c.hook.at}
}

// blocker returns the code that holds the lock for which c waits, or that held it last.
func (c *CPU) blocker() attribution {
	l := c.blockedL
	if l == nil || l.holder == 0 || l.holder == c.id+1 {
		return c.hook.last
	}
	return attribution{l.holder - 1, c.sys.cpus[l.holder-1].hook.at}
}
