package schedule

import "lwbench/mmu/smp"

// MaxPoints is how many choices a run may take before it counts as one that never ends.
const MaxPoints = 20000

// Search chooses the schedules of run after run.
type Search interface {
	smp.Scheduler
	// Begin readies the search for the next run; false is that nothing is left to try.
	Begin() bool
	// Schedule returns what the present or last run chose.
	Schedule() Schedule
	// Livelock reports whether the present or last run was ended after MaxPoints choices.
	Livelock() bool
	// Preemptions returns how many choices of the present or last run were preemptions or IPIs out of their time.
	Preemptions() int
}

// run is what all searches know of the present run.
type run struct {
	point       int
	taken       Schedule
	preemptions int
	livelock    bool
}

func (r *run) begin() { *r = run{taken: r.taken[:0]} }

// Schedule implements Search.
func (r *run) Schedule() Schedule { return append(Schedule(nil), r.taken...) }

// Livelock implements Search.
func (r *run) Livelock() bool { return r.livelock }

// Preemptions implements Search.
func (r *run) Preemptions() int { return r.preemptions }

// take records the choice at this point and returns it; -1 when the run has gone on for too long.
func (r *run) take(ready []smp.Actor, k int) int {
	if k > 0 {
		r.taken = append(r.taken, Deviation{r.point, k})
		if ready[k].Preempts {
			r.preemptions++
		}
	}
	if r.point++; r.point > MaxPoints {
		r.livelock = true
		return -1
	}
	return k
}
