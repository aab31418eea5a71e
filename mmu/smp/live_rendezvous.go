package smp

import "lwbench/mmu/smp/host"

// liveRendezvous is a CPU's request to others on real threads. A CPU has one at a time.
type liveRendezvous struct {
	missing  host.Word // targets that have not answered
	released host.Word // 1: a stopped CPU serves the call and continues
	call     Call
	held     CPUSet // targets that were away: the initiator answers for them
}

// ask sends kind to every CPU of on but c and waits until all have answered. It returns how many there are, and how many
// of them have a thread of their own to answer with.
func (c *CPU) ask(on *CPUSet, by Method, call Call, kind irqKind) (all, awake int) {
	s, r := c.sys, &c.live.rv
	r.call, r.held = call, CPUSet{}
	r.released.Store(0)
	s.liveSpend(c.sendingTime(on, by.Send))
	c.initiates, c.rv.by = true, by
	for _, d := range s.cpus {
		if d == c || !on.Has(int(d.id)) {
			continue
		}
		all++
		r.missing.Inc()
		if c.liveSend(d, liveIRQ{kind: kind, call: call, rv: r}) {
			r.missing.Dec()
			r.held.Add(int(d.id))
		} else {
			awake++
		}
	}
	c.awaitAnswers()
	return all, awake
}

// awaitAnswers serves c's own IPIs until everybody has answered: two initiators may wait for each other.
func (c *CPU) awaitAnswers() {
	r := &c.live.rv
	if r.missing.Load() == 0 {
		return
	}
	w := c.waiter(waitsForAnswers)
	for r.missing.Load() != 0 {
		w.wait()
		if !c.rv.by.Masked {
			c.poll()
			c.letGo()
		}
	}
	w.end()
}

// liveRendezvous is Rendezvous on real threads. A target serves the call before it acknowledges, for the initiator may
// use the call's memory for another one then.
func (c *CPU) liveRendezvous(on *CPUSet, by Method, call Call) int {
	c.poll()
	t, r := host.Nanos(), &c.live.rv
	n, awake := c.ask(on, by, call, irqStop)
	call.Initiate(c)
	if n > 0 {
		r.missing.Store(int64(awake))
		r.released.Store(1)
		for id := r.held.Next(0); id >= 0; id = r.held.Next(id + 1) {
			d := c.sys.cpus[id]
			d.live.mu.Acquire()
			call.Serve(d)
			d.live.held--
			d.live.mu.Release()
		}
		c.awaitAnswers()
	}
	c.endAsking(t, n)
	return n
}

// liveInterrupt is Interrupt on real threads.
func (c *CPU) liveInterrupt(on *CPUSet, by Method, call Call) int {
	c.poll()
	t := host.Nanos()
	call.Initiate(c)
	n, _ := c.ask(on, by, call, irqCall)
	c.endAsking(t, n)
	return n
}

// endAsking makes c an ordinary CPU again. If another initiator has stopped it in the meantime, it stops now.
func (c *CPU) endAsking(t int64, n int) {
	c.initiates = false
	if n > 0 {
		c.livePass(CostShootdown, t)
	}
	if len(c.live.joined) > 0 {
		t = host.Nanos()
		c.awaitRelease()
		c.livePass(CostStolen, t)
	}
	c.poll()
}

// awaitRelease waits until every rendezvous that has stopped c is over.
func (c *CPU) awaitRelease() {
	if c.letGo(); len(c.live.joined) == 0 {
		return
	}
	w := c.waiter(waitsForRelease)
	for len(c.live.joined) > 0 {
		w.wait()
		if c.letGo(); len(c.live.joined) == 0 {
			break
		}
		c.answerOthers()
	}
	w.end()
}

// answerOthers serves the IPIs that arrive at a stopped CPU, which spins in its handler. It also serves them in a
// critical section, where its own rendezvous has just ended: otherwise three initiators that have stopped each other would deadlock.
func (c *CPU) answerOthers() {
	l := c.live
	for l.due.Load() != noMail && c.fetch(host.Nanos()) {
		for i := range l.batch {
			c.liveServe(&l.batch[i])
		}
		clear(l.batch)
	}
}

// letGo answers the rendezvous that have released c.
func (c *CPU) letGo() {
	l := c.live
	rest := l.joined[:0]
	for _, r := range l.joined {
		if r.released.Load() == 0 {
			rest = append(rest, r)
			continue
		}
		r.call.Serve(c)
		r.missing.Dec()
	}
	clear(l.joined[len(rest):])
	l.joined = rest
}
