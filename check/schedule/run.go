package schedule

import "lwbench/mmu/smp"

// MaxPoints is the number of choices without Progress after which a run counts as a livelock.
const MaxPoints = 20000

// Search chooses the schedules of run after run.
type Search interface {
	smp.Scheduler
	// Begin prepares the search for the next run; false means that nothing is left to try.
	Begin() bool
	// Schedule returns the choices of the current or last run.
	Schedule() Schedule
	// Progress reports that the current run still advances, however long it is.
	Progress()
	// Livelock reports whether the current or last run was stopped after MaxPoints choices without Progress.
	Livelock() bool
	// Preemptions returns the number of preemptions and delayed IPIs among the choices of the current or last run.
	Preemptions() int
}

// run is the state of the current run that all searches share.
type run struct {
	point       int
	since       int // the last progress, in points
	taken       Schedule
	preemptions int
	livelock    bool
}

func (r *run) begin() { *r = run{taken: r.taken[:0]} }

// Schedule implements Search.
func (r *run) Schedule() Schedule { return append(Schedule(nil), r.taken...) }

// Progress reports that the run still advances, however long it is.
func (r *run) Progress() { r.since = 0 }

// Livelock implements Search.
func (r *run) Livelock() bool { return r.livelock }

// Preemptions implements Search.
func (r *run) Preemptions() int { return r.preemptions }

// take records the choice at this point and returns it; -1 if the run is too long.
func (r *run) take(ready []smp.Actor, k int) int {
	if k > 0 {
		r.taken = append(r.taken, Deviation{r.point, k})
		if ready[k].Preempts {
			r.preemptions++
		}
	}
	r.point++
	if r.since++; r.since > MaxPoints {
		r.livelock = true
		return -1
	}
	return k
}
