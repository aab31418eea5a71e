package schedule

import "lwbench/mmu/smp"

// Bounded tries every schedule with at most a given number of preemptions, those with fewer first (Musuvathi and
// Qadeer, "Iterative context bounding", 2007). Choices that do not preempt a running thread are free: all of them are
// tried.
type Bounded struct {
	run
	most  int // preemptions
	bound int // of the current schedules

	work, next []*deviation // to try under this bound, and under the next
	path       []Deviation  // of the current run, before its default choices
	at         *deviation   // the last of path, nil at the root
	followed   int
	truncated  bool
}

// deviation is a schedule: its last deviation, linked to the previous ones, so that schedules share prefixes.
type deviation struct {
	before *deviation
	point  int32
	choice int32
}

// maxPending is the number of schedules that a Bounded keeps to try. It drops further ones, and then Exhausted is
// false.
const maxPending = 4 << 20

// NewBounded returns a search of all schedules with at most that many preemptions.
func NewBounded(most int) *Bounded {
	return &Bounded{most: most, work: []*deviation{nil}}
}

// Begin implements Search.
func (b *Bounded) Begin() bool {
	if len(b.work) == 0 {
		if b.bound == b.most || len(b.next) == 0 {
			return false
		}
		b.work, b.next = b.next, nil
		b.bound++
	}
	last := len(b.work) - 1
	b.at = b.work[last]
	b.work = b.work[:last]
	b.begin()
	b.followed, b.path = 0, b.path[:0]
	for d := b.at; d != nil; d = d.before {
		b.path = append(b.path, Deviation{int(d.point), int(d.choice)})
	}
	return true
}

// Bound returns the maximum number of preemptions of the current schedules.
func (b *Bounded) Bound() int { return b.bound }

// Exhausted reports whether every schedule within the bound has been tried.
func (b *Bounded) Exhausted() bool {
	return len(b.work) == 0 && (b.bound == b.most || len(b.next) == 0) && !b.truncated
}

// Next implements smp.Scheduler: it follows the path, then takes the default choices and records the alternatives.
func (b *Bounded) Next(ready []smp.Actor) int {
	if n := len(b.path) - b.followed; n > 0 {
		if d := b.path[n-1]; d.Point == b.point {
			b.followed++
			return b.take(ready, min(d.Choice, len(ready)-1))
		}
		return b.take(ready, 0)
	}
	for k := 1; k < len(ready); k++ {
		switch costs := ready[k].Preempts; {
		case costs && b.bound == b.most:
		case len(b.work)+len(b.next) >= maxPending:
			b.truncated = true
		case costs:
			b.next = append(b.next, &deviation{b.at, int32(b.point), int32(k)})
		default:
			b.work = append(b.work, &deviation{b.at, int32(b.point), int32(k)})
		}
	}
	return b.take(ready, 0)
}
