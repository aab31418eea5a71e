package smp

import "lwbench/mmu/smp/host"

// How long a CPU with nothing to do spins before its thread parks, and how much earlier than asked a timer is set: threads
// come back late. In nanoseconds.
const (
	dozeNanos  = 50_000
	timerEarly = 60_000
)

// liveIdle makes c one that is away: what others send it is served by them. It serves what has arrived first, and stands
// still as long as others have stopped it.
func (c *CPU) liveIdle() {
	l := c.live
	for {
		c.poll()
		l.mu.Acquire()
		if len(l.inbox) == 0 || !l.hasIPI() {
			l.away = true
			l.mu.Release()
			return
		}
		l.mu.Release()
		c.liveUnwind()
	}
}

// hasIPI reports whether anything but messages is in the inbox; mu is held.
func (l *liveCPU) hasIPI() bool {
	for i := range l.inbox {
		if l.inbox[i].kind != irqMessage {
			return true
		}
	}
	return false
}

// liveBack ends liveIdle, once no rendezvous holds c.
func (c *CPU) liveBack() {
	l := c.live
	var w *waiter
	for {
		l.mu.Acquire()
		free := l.held == 0
		l.away = !free
		l.mu.Release()
		if free {
			break
		}
		if w == nil {
			w = c.waiter(waitsForRelease)
		}
		w.wait()
	}
	if w != nil {
		w.end()
	}
}

// rest is one round of waiting for a moment (host.Nanos, 0 is none) or a wakeup by a CPU with nothing to do: it spins for a
// while and parks then.
func (c *CPU) rest(since, until int64, b *host.Backoff) {
	t := host.Nanos()
	switch {
	case until != 0 && until-t < timerEarly, t-since < dozeNanos:
		b.Rest()
	case until != 0:
		c.live.parker.Park(until - timerEarly)
	default:
		c.live.parker.Park(0)
	}
	c.liveUnwind()
}

// hostTime is the moment t of c's clock in host.Nanos; 0 for Forever.
func (c *CPU) hostTime(t Cycles) int64 {
	if t >= Forever {
		return 0
	}
	return c.sys.live.began + int64(float64(t)*c.sys.live.nanos)
}

// liveRecv waits until a message has arrived or the clock shows t.
func (c *CPU) liveRecv(t Cycles) {
	if c.liveMail(); c.mailQ < len(c.mail) || t <= c.now {
		return
	}
	l, since, until := c.live, host.Nanos(), c.hostTime(t)
	kind := waitsForMessage
	if until != 0 {
		kind = waitsForTime
	}
	c.liveIdle()
	c.liveWaits(kind)
	b := host.Backoff{Yield: l.yield}
	for c.mailQ == len(c.mail) { // liveIdle may have found one
		now := host.Nanos()
		due := l.due.Load()
		if due <= now || until != 0 && now >= until {
			break
		}
		end := until
		if due != noMail && (end == 0 || due < end) {
			end = due
		}
		c.rest(since, end, &b)
	}
	c.liveWaits(waitsForNobody)
	c.liveBack()
	c.livePass(CostIdle, since)
	c.poll()
}

// liveRest is Idle on real threads: messages that arrive during it wait.
func (c *CPU) liveRest(n Cycles) {
	since := host.Nanos()
	until := since + int64(float64(n)*c.sys.live.nanos)
	c.liveIdle()
	c.liveWaits(waitsForTime)
	b := host.Backoff{Yield: c.live.yield}
	for host.Nanos() < until {
		c.rest(since, until, &b)
	}
	c.liveWaits(waitsForNobody)
	c.liveBack()
	c.livePass(CostIdle, since)
	c.poll()
}

// liveSleep is Sleep on real threads.
func (c *CPU) liveSleep(q *WaitQueue, l *SpinLock, catch bool) error {
	k := c.live
	since := host.Nanos()
	k.woken.Store(0)
	c.sys.live.queues.Acquire()
	c.asleep, c.catch, c.sleepErr = q, catch, nil
	q.sleepers = append(q.sleepers, c.id)
	c.sys.live.queues.Release()
	if l != nil {
		c.Unlock(l)
	}
	crit := c.crit
	c.crit = 0
	c.liveIdle()
	k.waitQ.Store(q)
	c.liveWaits(waitsForWakeup)
	b := host.Backoff{Yield: k.yield}
	for k.woken.Load() == 0 {
		c.rest(since, 0, &b)
	}
	c.liveWaits(waitsForNobody)
	c.liveBack()
	c.livePass(CostSleep, since)
	c.sys.live.queues.Acquire()
	err := c.sleepErr
	c.sys.live.queues.Release()
	if l != nil {
		c.liveLock(l)
	}
	c.crit += crit
	return err
}

// liveWakeup is Wakeup on real threads.
func (c *CPU) liveWakeup(q *WaitQueue, most int) (n int) {
	s := c.sys
	s.live.queues.Acquire()
	for ; n < most && len(q.sleepers) > 0; n++ {
		d := s.cpus[q.sleepers[0]]
		q.sleepers = q.sleepers[:copy(q.sleepers, q.sleepers[1:])]
		d.liveAwake(nil)
	}
	s.live.queues.Release()
	return n
}

// liveAwake ends d's sleep; the lock of the queues is held.
func (d *CPU) liveAwake(err error) {
	d.asleep, d.sleepErr = nil, err
	d.live.woken.Store(1)
	d.live.parker.Wake()
}

// liveSignal is Signal on real threads.
func (c *CPU) liveSignal(target int) bool {
	s, d := c.sys, c.sys.cpus[target]
	s.live.queues.Acquire()
	defer s.live.queues.Release()
	if d.asleep == nil || !d.catch {
		return false
	}
	d.asleep.remove(d.id)
	d.liveAwake(ErrInterrupted)
	return true
}
