package search

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/scenario"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Options selects what to search and for how long.
type Options struct {
	Design  *allocators.Design
	Machine *mmu.Spec // whose costs apply
	scenario.Options
	Scenario *Scenario // try only this one; nil generates them
	Shapes   bool      // try only the fixed scenarios
	// Granularity is the set of steps between which others may act, unless the scenario sets it.
	Granularity smp.Granularity
	Bound       int // preemptions of the systematic schedules
	Budget      int // schedules, at least 1: no scenario starts after that many
	Time        time.Duration
	Jobs        int // scenarios in parallel; 0 is one per core
	// Progress, if set, is called occasionally, from any goroutine, with the number of schedules run.
	Progress func(schedules int)
}

// Scenario is a trace and the configuration in its header (scenario.Config).
type Scenario struct {
	Trace  *ops.Trace
	Config *interleave.Config
}

// NewScenario reads the header of t; see scenario.Small. The error is one line with its place.
func NewScenario(t *ops.Trace, base *mmu.Spec, designs []*allocators.Design) (*Scenario, error) {
	c, err := scenario.Config(t, base, designs)
	if err == nil {
		err = scenario.Small(c, t)
	}
	return &Scenario{Trace: t, Config: c}, err
}

// Run searches one design. An error is bad input or the context's; reaching a time limit is not an error. The report
// of an interrupted search, returned with the context's error, has the coverage so far.
func Run(ctx context.Context, opt Options) (*Report, error) {
	start := time.Now()
	if opt.Time > 0 {
		within, cancel := context.WithTimeout(ctx, opt.Time)
		defer cancel()
		return run(within, ctx, opt, start)
	}
	return run(ctx, ctx, opt, start)
}

// run searches until ctx ends; outer is the context without the time limit. If the declared fault of the design is
// found, it continues beyond that kind with the rest of the budget.
func run(ctx, outer context.Context, opt Options, start time.Time) (*Report, error) {
	r, err := search(ctx, outer, opt, false)
	if err == nil && r.Found && declares(opt.Design, r.Failure) && r.Schedules < opt.Budget {
		opt.Budget -= r.Schedules
		var beyond *Report
		if beyond, err = search(ctx, outer, opt, true); err == nil {
			r = r.with(beyond)
		}
	}
	if r != nil {
		r.Seconds = time.Since(start).Seconds()
	}
	return r, err
}

// search makes one pass over the budget. With past set, the declared fault of the design does not end a run.
func search(ctx, outer context.Context, opt Options, past bool) (*Report, error) {
	if opt.Granularity == smp.Statements && !smp.Instrumented {
		return nil, ErrNotInstrumented
	}
	src, err := scenario.NewSource(opt.Design, opt.Machine, opt.Options)
	if err != nil {
		return nil, err
	}
	s := &searcher{opt: opt, src: src, ctx: ctx, outer: outer, past: past}
	defer s.runners.close()
	if opt.Scenario != nil {
		s.fixed = []*ops.Trace{opt.Scenario.Trace}
	} else {
		s.fixed = src.Shapes()
	}
	s.run()
	switch {
	case outer.Err() != nil:
		return s.outline(), context.Cause(outer)
	case s.err != nil:
		return nil, s.err
	}
	return s.report()
}

// ErrNotInstrumented is the error if a program cannot choose at statements because its designs do not report their
// accesses.
var ErrNotInstrumented = errors.New("this program's designs are not instrumented: choosing at statements needs a copy that check --statements builds")

// searcher is one running search. Tasks are handed out in order; results are also counted in that order, so that the
// number of workers makes no difference.
type searcher struct {
	opt   Options
	src   *scenario.Source
	past  bool            // beyond the declared fault of the design
	beat  *atomic.Int64   // of the runs that minimize a failure
	ctx   context.Context // also ends at the time limit
	outer context.Context // a failure is minimized beyond that limit
	fixed []*ops.Trace

	runners runners

	mu      sync.Mutex
	counted sync.Cond // a task has been counted
	round   round
	next    int            // next task to hand out
	done    map[int]*tried // not yet counted
	last    int            // tasks from this one on are not needed, or 0
	ran     int
	err     error
	counts  counts
	best    *tried
}

// counts sums the results of the tasks up to the deciding one.
type counts struct {
	tasks, schedules, bound int
	scenarios, exhausted    map[int]bool
	proved                  map[int]bool
	clocked                 bool
}

func (s *searcher) run() {
	s.done, s.counted.L = map[int]*tried{}, &s.mu
	s.counts.scenarios, s.counts.exhausted, s.counts.proved = map[int]bool{}, map[int]bool{}, map[int]bool{}
	jobs := s.opt.Jobs
	if jobs == 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for range jobs {
		wg.Go(func() {
			for {
				k, ok := s.take()
				if !ok {
					return
				}
				s.finish(k, s.try(k))
			}
		})
	}
	wg.Wait()
}

// take hands out the next task. The next round starts when the current one is counted: it leaves out exhausted
// scenarios.
func (s *searcher) take() (k task, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.ctx.Err() != nil || s.err != nil || s.last > 0 && s.next >= s.last {
			return k, false
		}
		if k, ok = s.round.next(); ok {
			k.number = s.next
			k.most = min(k.most, s.opt.Budget)
			s.next++
			return k, true
		}
		if s.counts.tasks < s.next {
			s.counted.Wait()
			continue
		}
		if !s.round.begin(s) {
			return k, false
		}
	}
}

// try runs a task, unless the design hangs.
func (s *searcher) try(k task) *tried {
	var trace *ops.Trace
	if k.scenario < len(s.fixed) {
		trace = s.fixed[k.scenario]
	} else {
		trace = s.src.Random(k.scenario - len(s.fixed))
	}
	set, err := s.config(trace)
	if err != nil {
		return &tried{err: err}
	}
	if s.opt.Granularity == smp.Statements {
		set.Granularity = k.at
	}
	t := &trial{runner: s.runners.take(), whole: k.whole, ctx: s.ctx, trace: trace, set: set, bound: s.opt.Bound, most: k.most, seed: s.opt.Seed + uint64(k.scenario) + uint64(k.round)<<32}
	set.Beat = &t.beat
	var out *tried
	if !guard(s.ctx, &t.beat, func() { out = t.look() }) {
		return t.stuck()
	}
	s.runners.give(t.runner)
	return out
}

// config returns the configuration of a scenario.
func (s *searcher) config(trace *ops.Trace) (set *interleave.Config, err error) {
	if given := s.opt.Scenario; given != nil && given.Trace == trace {
		c := *given.Config
		set = &c
	} else {
		k, err := NewScenario(trace, s.opt.Machine, []*allocators.Design{s.opt.Design})
		if err != nil {
			return nil, err
		}
		set = k.Config
	}
	if set.Granularity == smp.MachineCalls {
		set.Granularity = s.opt.Granularity
	}
	set.Past, set.Beat = set.Past || s.past, s.beat
	return set, nil
}

// finish stores the result of a task, and counts all tasks that are complete up to there.
func (s *searcher) finish(k task, t *tried) {
	t.task = k
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.counted.Broadcast()
	s.ran += t.schedules
	if s.opt.Progress != nil {
		s.opt.Progress(s.ran)
	}
	s.done[k.number] = t
	for {
		t, ok := s.done[s.counts.tasks]
		if !ok || s.last > 0 && s.counts.tasks >= s.last {
			return
		}
		delete(s.done, s.counts.tasks)
		s.count(t)
	}
}

// count adds one task, in order.
func (s *searcher) count(t *tried) {
	n := &s.counts
	at := n.tasks
	n.tasks++
	n.schedules += t.schedules
	n.bound = max(n.bound, t.bound)
	n.scenarios[t.task.scenario] = true
	if t.exhausted && t.task.at == s.opt.Granularity {
		n.exhausted[t.task.scenario] = true
	}
	n.clocked = n.clocked || t.clocked
	if t.proved {
		n.proved[t.task.scenario] = true
	}
	switch {
	case t.err != nil && (!errors.Is(t.err, mmu.ErrNoKVA) || s.opt.Scenario != nil):
		s.err = t.err
	case t.better(s.best):
		s.best = t
		if !t.failure.Latent {
			s.stop(at + 1)
		} else {
			s.stop(at + 1 + afterLatent)
		}
	}
	if n.schedules >= s.opt.Budget {
		s.stop(at + 1)
	}
}

// stop cancels the tasks from n on.
func (s *searcher) stop(n int) {
	if s.last == 0 || n < s.last {
		s.last = n
	}
}
