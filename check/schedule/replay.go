package schedule

import "lwbench/mmu/smp"

// Replay follows one schedule, once.
type Replay struct {
	run
	left Schedule
	done bool
	odd  bool // a choice did not exist
}

// NewReplay returns a search of that one schedule.
func NewReplay(s Schedule) *Replay { return &Replay{left: s} }

// Begin implements Search.
func (r *Replay) Begin() bool {
	r.begin()
	done := r.done
	r.done = true
	return !done
}

// Fits reports whether the run had every point and choice of the schedule, which that of another program does not.
func (r *Replay) Fits() bool { return len(r.left) == 0 && !r.odd }

// Next implements smp.Scheduler. A choice that the run does not offer is replaced by its last one.
func (r *Replay) Next(ready []smp.Actor) int {
	if len(r.left) == 0 || r.left[0].Point != r.point {
		return r.take(ready, 0)
	}
	k := min(r.left[0].Choice, len(ready)-1)
	r.odd = r.odd || k != r.left[0].Choice
	r.left = r.left[1:]
	return r.take(ready, k)
}
