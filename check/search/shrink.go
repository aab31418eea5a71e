package search

import (
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/scenario"
	"lwbench/check/schedule"
)

// The number of schedules of a smaller scenario to try before the larger one is kept: for a long one, with many
// pieces to remove, and for a short one.
const (
	shrinkLong      = 60
	shrinkSchedules = 600
	longScenario    = 20 // operations
)

// shrink minimizes a failing scenario: it removes operations, larger pieces first, as long as some schedule gives the
// same kind of failure; then deviations of the schedule. It returns the result and the number of schedules.
func (s *searcher) shrink(t *tried) (small *tried, schedules int) {
	runner := s.runners.take()
	defer s.runners.give(runner)
	try := func(trace *ops.Trace) bool {
		set, err := s.config(trace)
		if err != nil {
			return false
		}
		set.Visible, set.Granularity = !t.failure.Latent, t.set.Granularity
		u := &tried{trace: trace, set: set}
		k := &trial{ctx: s.outer, races: t.failure.Kind == interleave.DataRace, runner: runner}
		p := interleave.NewPlan(trace)
		if set.Measure(p) != nil {
			return false
		}
		most := shrinkSchedules
		if len(trace.Ops) > longScenario {
			most = shrinkLong
		}
		k.search(u, p, schedule.NewBounded(s.opt.Bound), most)
		if u.failure == nil && t.preempted > s.opt.Bound {
			k.search(u, p, schedule.NewPCT(s.opt.Seed, 3), most)
		}
		schedules += u.schedules
		if u.failure == nil || u.failure.Kind != t.failure.Kind {
			return false
		}
		t = u
		return true
	}
	paired := t.failure.Kind == interleave.HoldAndWait || t.failure.Kind == interleave.AllHeld
	for size := max(1, len(t.trace.Ops)/2); ; size /= 2 {
		for from := 0; from < len(t.trace.Ops); {
			if less := scenario.Without(t.trace, from, from+size, paired); len(less.Ops) == len(t.trace.Ops) || !try(less) {
				from += size
			}
		}
		if size <= 1 {
			break
		}
	}
	for i := len(t.trace.Header) - 1; i >= 0; i-- {
		if plain, ok := scenario.WithoutHeader(t.trace, i); ok {
			try(plain)
		}
	}
	try(t.trace) // the fewest preemptions that suffice
	n := s.shrinkSchedule(t, runner)
	return t, schedules + n
}

// shrinkSchedule removes deviations that the failure does not need.
func (s *searcher) shrinkSchedule(t *tried, runner *interleave.Runner) (runs int) {
	p := interleave.NewPlan(t.trace)
	t.schedule = schedule.Shrink(t.schedule, shrinkSchedules, func(r *schedule.Replay) bool {
		runs++
		f, err := runner.Run(p, t.set, r, nil)
		if s.outer.Err() != nil || err != nil || f == nil || f.Kind != t.failure.Kind || r.Preemptions() > t.preempted {
			return false
		}
		t.failure, t.preempted = f, r.Preemptions()
		return true
	})
	return runs
}
