package search

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/scenario"
	"lwbench/mmu"
)

// Options say what is looked for and for how long.
type Options struct {
	Design  *allocators.Design
	Machine *mmu.Spec // whose prices hold
	scenario.Options
	Scenario *Scenario // try this one alone; nil makes them
	Shapes   bool      // try the fixed scenarios alone
	Coarse   bool      // choose at ordered points only
	Bound    int       // preemptions of the schedules that are tried systematically
	Budget   int       // schedules, at least 1: no scenario is begun that comes after so many
	Time     time.Duration
	Jobs     int // scenarios side by side; 0 is one a core
	// Progress, if set, is called now and then, from any goroutine, with how many schedules have run.
	Progress func(schedules int)
}

// Scenario is a trace and what its header says that it runs on (scenario.Config).
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

// The sizes of a search's steps, in schedules.
const (
	firstScenarios = 150  // for each random scenario at the beginning
	mostScenario   = 4000 // for each later on
	mostShape      = 3000 // for each fixed one, unless they are all there is
	// afterLatent is how many scenarios more are tried when only something latent has been found.
	afterLatent = 60
)

// Run searches one design. An error is bad input or the context's; a limit of time that is reached is none.
func Run(ctx context.Context, opt Options) (*Report, error) {
	start := time.Now()
	src, err := scenario.NewSource(opt.Design, opt.Machine, opt.Options)
	if err != nil {
		return nil, err
	}
	s := &searcher{opt: opt, src: src, ctx: ctx, outer: ctx}
	if opt.Scenario != nil {
		s.fixed = []*ops.Trace{opt.Scenario.Trace}
	} else {
		s.fixed = src.Shapes()
	}
	if opt.Time > 0 {
		var cancel context.CancelFunc
		s.ctx, cancel = context.WithTimeout(ctx, opt.Time)
		defer cancel()
	}
	s.run()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if s.err != nil {
		return nil, s.err
	}
	return s.report(start)
}

// searcher is one search at work. Scenarios are handed out in order; what counts is decided in that order too, so that the
// number of workers makes no difference.
type searcher struct {
	opt   Options
	src   *scenario.Source
	ctx   context.Context // ends with the limit of time too
	outer context.Context // what is found is made small beyond that limit
	fixed []*ops.Trace

	mu     sync.Mutex
	next   int            // scenario to be handed out
	done   map[int]*tried // not yet counted
	last   int            // scenario from which on nothing is wanted any more, or 0
	ran    int
	err    error
	counts counts
	best   *tried
}

// counts are what the scenarios up to the one that decided came to.
type counts struct {
	scenarios, schedules, exhausted, bound int
}

func (s *searcher) run() {
	s.done = map[int]*tried{}
	jobs := s.opt.Jobs
	if jobs == 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for range jobs {
		wg.Go(func() {
			for {
				i, most, ok := s.take()
				if !ok {
					return
				}
				s.finish(i, s.scenario(i, most))
			}
		})
	}
	wg.Wait()
}

// take hands out the next scenario and how many schedules it may take.
func (s *searcher) take() (i, most int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	alone := s.opt.Shapes || s.opt.Scenario != nil
	switch i = s.next; {
	case s.ctx.Err() != nil || s.err != nil || s.last > 0 && i >= s.last || alone && i >= len(s.fixed):
		return 0, 0, false
	case alone:
		most = s.opt.Budget
	case i < len(s.fixed):
		most = mostShape
	default:
		most = min(firstScenarios+10*(i-len(s.fixed)), mostScenario)
	}
	s.next++
	return i, min(most, s.opt.Budget), true
}

// scenario tries scenario i.
func (s *searcher) scenario(i, most int) *tried {
	var trace *ops.Trace
	if i < len(s.fixed) {
		trace = s.fixed[i]
	} else {
		trace = s.src.Random(i - len(s.fixed))
	}
	set, err := s.config(trace)
	if err != nil {
		return &tried{err: err}
	}
	return look(s.ctx, trace, set, s.opt.Bound, most, s.opt.Seed+uint64(i))
}

// config is what a scenario runs on.
func (s *searcher) config(trace *ops.Trace) (*interleave.Config, error) {
	if given := s.opt.Scenario; given != nil && given.Trace == trace {
		set := *given.Config
		set.Coarse = set.Coarse || s.opt.Coarse
		return &set, nil
	}
	set, err := scenario.Config(trace, s.opt.Machine, []*allocators.Design{s.opt.Design})
	if set != nil {
		set.Coarse = set.Coarse || s.opt.Coarse
	}
	return set, err
}

// finish takes in what came out of scenario i, and counts what is complete up to there.
func (s *searcher) finish(i int, t *tried) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ran += t.schedules
	if s.opt.Progress != nil {
		s.opt.Progress(s.ran)
	}
	s.done[i] = t
	for {
		t, ok := s.done[s.counts.scenarios]
		if !ok || s.last > 0 && s.counts.scenarios >= s.last {
			return
		}
		delete(s.done, s.counts.scenarios)
		s.count(t)
	}
}

// count adds one scenario, in order.
func (s *searcher) count(t *tried) {
	n := &s.counts
	at := n.scenarios
	n.scenarios++
	n.schedules += t.schedules
	n.bound = max(n.bound, t.bound)
	if t.exhausted {
		n.exhausted++
	}
	switch {
	case t.err != nil && !errors.Is(t.err, mmu.ErrNoKVA):
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

// stop wants nothing any more from scenario n on.
func (s *searcher) stop(n int) {
	if s.last == 0 || n < s.last {
		s.last = n
	}
}
