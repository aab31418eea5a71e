package smp

import "runtime"

// stackDepth is how many frames of a waiting stack are kept.
const stackDepth = 32

// waitSite is a call stack and the lock that it waits for, as a key.
type waitSite struct {
	stack [stackDepth]uintptr
	lock  *SpinLock
}

// Contended is where a CPU waited for a spinlock on real threads: one call stack, leaf first, how often, and for how long
// without the time that IPIs took during the wait. The figures are estimates from a sample, like those of Go's own block profile.
type Contended struct {
	Stack []uintptr
	Lock  string
	Count float64
	Nanos float64
}

// contended samples one wait: in proportion to its length, so that every Live.Sample nanoseconds of waiting one stack is
// taken.
func (c *CPU) contended(lock *SpinLock, delay float64) {
	l := c.live
	weight, rate := 1.0, c.sys.live.Sample
	if delay < rate {
		l.credit = l.credit*6364136223846793005 + 1442695040888963407
		if float64(l.credit>>11)/(1<<53)*rate >= delay {
			return
		}
		weight = rate / max(delay, 1)
	}
	key := waitSite{lock: lock}
	n := runtime.Callers(4, key.stack[:])
	e := l.stacks[key]
	if e == nil {
		if l.stacks == nil {
			l.stacks = make(map[waitSite]*Contended)
		}
		e = &Contended{Stack: append([]uintptr(nil), key.stack[:n]...), Lock: lock.Name}
		l.stacks[key] = e
		l.order = append(l.order, e)
	}
	e.Count += weight
	e.Nanos += delay * weight
}

// Contention returns where CPU i waited for spinlocks in a live run that is over; nothing where Live.Sample was 0.
func (s *System) Contention(i int) []*Contended {
	if s.live == nil {
		return nil
	}
	return s.cpus[i].live.order
}
