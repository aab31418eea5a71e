package search

import (
	"context"

	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/schedule"
)

// tried is what came out of one scenario.
type tried struct {
	trace     *ops.Trace
	set       *interleave.Config
	schedules int
	exhausted bool
	bound     int // of preemptions, of the last schedules tried systematically
	failure   *interleave.Failure
	schedule  schedule.Schedule
	preempted int
	err       error
}

// better reports whether what t found says more than what o did: something that went wrong, rather than what may.
func (t *tried) better(o *tried) bool {
	return t.failure != nil && (o == nil || o.failure.Latent && !t.failure.Latent)
}

// search runs one scenario under the schedules of s, at most so many, until something goes wrong.
func (t *tried) search(ctx context.Context, p *interleave.Plan, s schedule.Search, most int) {
	for n := 0; n < most && ctx.Err() == nil && s.Begin(); n++ {
		set := *t.set
		set.Thorough = t.schedules == 0
		t.schedules++
		f, err := p.Run(&set, s, nil)
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

// systematic is the part of a scenario's budget, in percent, that goes to schedules in order of preemptions; random ones get
// the rest.
const systematic = 70

// try looks at one scenario with at most so many schedules, those of up to bound preemptions first.
func try(ctx context.Context, trace *ops.Trace, set *interleave.Config, bound, most int, seed uint64) *tried {
	t := &tried{trace: trace, set: set}
	p := interleave.NewPlan(trace)
	b := schedule.NewBounded(bound)
	t.search(ctx, p, b, max(1, most*systematic/100))
	t.exhausted, t.bound = b.Exhausted() && t.failure == nil && ctx.Err() == nil, b.Bound()
	if t.exhausted || t.failure != nil || t.err != nil {
		return t
	}
	t.search(ctx, p, schedule.NewPCT(seed, 3), (most-t.schedules)/2)
	if t.failure == nil && t.err == nil {
		t.search(ctx, p, schedule.NewRandom(seed, 8), most-t.schedules)
	}
	return t
}

// look is try, and where only something latent came out another one that looks for what goes wrong.
func look(ctx context.Context, trace *ops.Trace, set *interleave.Config, bound, most int, seed uint64) *tried {
	if err := set.Measure(interleave.NewPlan(trace)); err != nil {
		return &tried{err: err}
	}
	t := try(ctx, trace, set, bound, most, seed)
	if t.failure == nil || !t.failure.Latent {
		return t
	}
	visible := *set
	visible.Visible = true
	u := try(ctx, trace, &visible, bound, most, seed)
	u.schedules += t.schedules
	if u.better(t) {
		return u
	}
	t.schedules = u.schedules
	return t
}
