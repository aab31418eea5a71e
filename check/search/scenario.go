package search

import (
	"context"
	"sync/atomic"

	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/schedule"
	"lwbench/mmu/smp"
)

// trial is a scenario to try with a number of schedules.
type trial struct {
	ctx   context.Context
	trace *ops.Trace
	set   *interleave.Config
	bound int // preemptions
	most  int // schedules
	seed  uint64
	whole bool // try to cover every schedule, up to the order of independent steps
	races bool // check every run for data races, not one in raceEach

	runner  *interleave.Runner
	beat    atomic.Int64    // see interleave.Config
	running schedule.Search // of the present run
}

// tried is the result of one trial.
type tried struct {
	task      task
	trace     *ops.Trace
	set       *interleave.Config
	schedules int
	exhausted bool
	proved    bool // and without a bound on preemptions
	clocked   bool // the design reads the clock, which every step changes: steps are never independent
	bound     int  // of preemptions, of the last schedules tried systematically
	failure   *interleave.Failure
	schedule  schedule.Schedule
	preempted int
	hangs     bool // the failing run does not end: it cannot be repeated
	err       error
}

// better reports whether t is a stronger result than o: a failure rather than a possible one.
func (t *tried) better(o *tried) bool {
	return t.failure != nil && (o == nil || o.failure.Latent && !t.failure.Latent)
}

// search runs one scenario under the schedules of s, at most most, until one fails.
func (k *trial) search(t *tried, p *interleave.Plan, s schedule.Search, most int) {
	k.running = s
	for n := 0; n < most && k.ctx.Err() == nil && s.Begin(); n++ {
		set := *t.set
		set.Thorough = t.schedules == 0
		if r, ok := s.(*schedule.Reduced); ok {
			set.Thorough, set.Races = false, false // its runs must begin alike
			if r.Clocked() {
				return
			}
		} else {
			set.Races = smp.Instrumented && (k.races || t.schedules%raceEach == 0)
		}
		t.schedules++
		f, err := k.runner.Run(p, &set, s, nil)
		if err != nil {
			t.err = err
			return
		}
		if f != nil {
			t.set = &set
			t.failure, t.schedule, t.preempted = f, s.Schedule(), s.Preemptions()
			return
		}
	}
}

const (
	// systematic is the part of a scenario's budget, in percent, for schedules in order of preemptions; random ones
	// get the rest.
	systematic = 70
	// few is a budget with which random schedules find more than systematic ones.
	few = 60
	// shallow is the part, in percent, for schedules with few preemptions before all of them are tried up to the
	// order of independent steps: a failure with a few preemptions is then found early, and easy to read.
	shallow     = 10
	mostShallow = 2000
	// raceEach is n if one in n schedules is checked for data races.
	raceEach = 16
)

// try searches the scenario, schedules with few preemptions first unless the budget is small.
func (k *trial) try(set *interleave.Config) *tried {
	t := &tried{trace: k.trace, set: set}
	p := interleave.NewPlan(k.trace)
	share := max(1, k.most*systematic/100)
	switch {
	case k.whole:
		share = max(1, min(k.most*shallow/100, mostShallow))
	case k.most <= few:
		share = 1
	}
	b := schedule.NewBounded(k.bound)
	k.search(t, p, b, share)
	t.exhausted, t.bound = b.Exhausted() && t.failure == nil && k.ctx.Err() == nil, b.Bound()
	if t.failure != nil || t.err != nil || t.exhausted && !k.whole {
		return t
	}
	if k.whole {
		r := schedule.NewReduced()
		k.search(t, p, r, k.most-t.schedules)
		t.proved, t.clocked = r.Exhausted() && t.failure == nil && t.err == nil, r.Clocked()
		t.exhausted = t.exhausted || t.proved
		if !t.clocked || t.failure != nil || t.err != nil {
			return t
		}
	}
	k.search(t, p, schedule.NewPCT(k.seed, 3), (k.most-t.schedules+1)/2)
	if t.failure == nil && t.err == nil {
		k.search(t, p, schedule.NewRandom(k.seed, 8), k.most-t.schedules)
	}
	return t
}

// look is try; if the result is only latent, it searches again for a failure.
func (k *trial) look() *tried {
	if err := k.set.Measure(interleave.NewPlan(k.trace)); err != nil {
		return &tried{err: err}
	}
	t := k.try(k.set)
	if t.failure == nil || !t.failure.Latent {
		return t
	}
	visible := *k.set
	visible.Visible = true
	u := k.try(&visible)
	u.schedules += t.schedules
	if u.better(t) {
		return u
	}
	t.schedules = u.schedules
	return t
}
