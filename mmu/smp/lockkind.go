package smp

// LockKind says how CPUs spin on a lock, which decides what it costs to hand the lock on while others wait. All kinds are
// granted in the order of arrival, which is exact for Ticket and MCS. The others grant it to any waiter, often to the
// nearest; they are less fair than here.
type LockKind uint8

// The kinds of spinlocks.
const (
	// Ticket: a CPU takes a number and reads the line until its number is served (Linux 2.6.25 to 4.1). A release makes
	// every waiter read the line once; the next owner's read is in the middle of them.
	Ticket LockKind = iota
	// TAS: a CPU swaps until the swap finds the lock free (DragonFly spinlocks until 43e72e79e5, October 2011; its MP lock).
	// Every swap takes the line. The release waits behind one round of the waiters' swaps, and the next owner behind
	// another.
	TAS
	// TTAS: a CPU reads until the lock looks free, and swaps then (DragonFly spinlocks since October 2011, FreeBSD mtx_spin,
	// Linux until 2.6.24). A release makes every waiter read the line, and the next owner's swap comes after them.
	TTAS
	// MCS: each CPU waits on a line of its own, and the holder writes the next one's (Linux qspinlock since 4.2).
	MCS
	numLockKinds = iota
)

// String names the kind in lower case.
func (k LockKind) String() string { return [numLockKinds]string{"ticket", "tas", "ttas", "mcs"}[k] }

// kind is the kind that l has on this machine.
func (s *System) kind(l *SpinLock) LockKind {
	if k := s.costs.LockKinds; k > 0 {
		return LockKind(k - 1)
	}
	return l.Kind
}

// enqueue makes c the last of l's waiters.
func (l *SpinLock) enqueue(c *CPU) {
	before := l.holder - 1
	if n := len(l.waiters); n > 0 {
		before = l.waiters[n-1]
	}
	c.link = c.sys.line(c.id, before)
	l.round += c.link
	l.waiters = append(l.waiters, c.id)
}

// dequeue removes the CPU that has waited longest.
func (l *SpinLock) dequeue(s *System) *CPU {
	d := s.cpus[l.waiters[0]]
	l.waiters = l.waiters[:copy(l.waiters, l.waiters[1:])]
	l.round -= d.link
	return d
}

// handOver returns how much longer c, which has just been granted l by the code by, has to wait for what the other waiters
// do to the lock's line during the hand-over. It is computed when the new owner runs, where all CPUs are known that waited at the
// release; at the release itself, which is no ordered point, some are not.
func (c *CPU) handOver(l *SpinLock, by attribution) (n Cycles) {
	s := c.sys
	if l.Sleeps || s.explored != nil {
		return 0
	}
	switch s.kind(l) {
	case Ticket:
		n = l.waiting(s) / 2
	case TAS:
		n = 2 * l.waiting(s)
	case TTAS:
		n = l.waiting(s)
	}
	if c.hook != nil && n > 0 {
		c.hook.last = by
		c.hook.to.Delayed(int(c.id), n, int(by.by), by.at)
	}
	return n
}

// waiting is one round: the sum of the transfers of the lock's line from each CPU that waited at the last release to the
// next one.
func (l *SpinLock) waiting(s *System) Cycles {
	n := l.round
	for i := len(l.waiters) - 1; i >= 0 && s.cpus[l.waiters[i]].waitFrom >= l.freeAt; i-- {
		n -= s.cpus[l.waiters[i]].link
	}
	return n
}
