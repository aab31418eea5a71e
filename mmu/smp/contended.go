package smp

import "runtime"

// stackDepth is how many frames of a waiting stack are kept.
const stackDepth = 32

// stack is a call stack as a key.
type stack [stackDepth]uintptr

// Contended is where CPUs waited for spinlocks on real threads: one call stack, leaf first, how often, and for how long.
// The figures are estimates from a sample, as those of Go's own block profile.
type Contended struct {
	Stack []uintptr
	Count float64
	Nanos float64
}

// contended samples one wait: in proportion to its length, so that every Live.Sample nanoseconds of waiting one stack is
// taken.
func (c *CPU) contended(nanos int64) {
	l := c.live
	weight, delay, rate := 1.0, float64(nanos), c.sys.live.Sample
	if delay < rate {
		l.credit = l.credit*6364136223846793005 + 1442695040888963407
		if float64(l.credit>>11)/(1<<53)*rate >= delay {
			return
		}
		weight = rate / max(delay, 1)
	}
	var key stack
	n := runtime.Callers(4, key[:])
	e := l.stacks[key]
	if e == nil {
		if l.stacks == nil {
			l.stacks = make(map[stack]*Contended)
		}
		e = &Contended{Stack: append([]uintptr(nil), key[:n]...)}
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
