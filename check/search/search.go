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

// Options say what is hunted and for how long.
type Options struct {
	Design  *allocators.Design
	Machine *mmu.Spec // whose prices hold
	scenario.Options
	Scenario *ops.Trace // try this one alone, or nil: make them
	Shapes   bool       // try the fixed scenarios alone
	Coarse   bool       // choose at ordered points only
	Bound    int        // preemptions of the schedules that are tried systematically
	Budget   int        // schedules, at least 1: no scenario is begun that comes after so many
	Time     time.Duration
	Jobs     int // scenarios side by side; 0 is one a core
	// Progress, if set, is called now and then, from any goroutine, with how many schedules have run.
	Progress func(schedules int)
}

// The sizes of a hunt's steps, in schedules.
const (
	firstScenarios = 150  // for each random scenario at the beginning
	mostScenario   = 4000 // for each later on
	mostShape      = 3000 // for each fixed one, unless they are all there is
	// afterLatent is how many scenarios more are tried when only something latent has been found.
	afterLatent = 60
)

// Run hunts. An error is bad input or the context's; a limit of time that is reached is none.
func Run(ctx context.Context, opt Options) (*Report, error) {
	start := time.Now()
	src, err := scenario.NewSource(opt.Design, opt.Machine, opt.Options)
	if err != nil {
		return nil, err
	}
	h := &hunt{opt: opt, src: src, ctx: ctx, outer: ctx}
	if opt.Scenario != nil {
		h.fixed = []*ops.Trace{opt.Scenario}
	} else {
		h.fixed = src.Shapes()
	}
	if opt.Time > 0 {
		var cancel context.CancelFunc
		h.ctx, cancel = context.WithTimeout(ctx, opt.Time)
		defer cancel()
	}
	h.run()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if h.err != nil {
		return nil, h.err
	}
	return h.report(start)
}

// hunt is one search at work. Scenarios are handed out in order; what counts is decided in that order too, so that the
// number of workers makes no difference.
type hunt struct {
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

func (h *hunt) run() {
	h.done = map[int]*tried{}
	jobs := h.opt.Jobs
	if jobs == 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for range jobs {
		wg.Go(func() {
			for {
				i, most, ok := h.take()
				if !ok {
					return
				}
				h.finish(i, h.scenario(i, most))
			}
		})
	}
	wg.Wait()
}

// take hands out the next scenario and how many schedules it may take.
func (h *hunt) take() (i, most int, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	alone := h.opt.Shapes || h.opt.Scenario != nil
	switch i = h.next; {
	case h.ctx.Err() != nil || h.err != nil || h.last > 0 && i >= h.last || alone && i >= len(h.fixed):
		return 0, 0, false
	case alone:
		most = h.opt.Budget
	case i < len(h.fixed):
		most = mostShape
	default:
		most = min(firstScenarios+10*(i-len(h.fixed)), mostScenario)
	}
	h.next++
	return i, min(most, h.opt.Budget), true
}

// scenario tries scenario i.
func (h *hunt) scenario(i, most int) *tried {
	var trace *ops.Trace
	if i < len(h.fixed) {
		trace = h.fixed[i]
	} else {
		trace = h.src.Random(i - len(h.fixed))
	}
	set, err := h.setting(trace)
	if err != nil {
		return &tried{err: err}
	}
	return look(h.ctx, trace, set, h.opt.Bound, most, h.opt.Seed+uint64(i))
}

// setting is what a scenario runs on. A file need not say which design.
func (h *hunt) setting(trace *ops.Trace) (*interleave.Setting, error) {
	if _, ok := trace.Head("design"); !ok {
		trace.Heads = append([]ops.Head{{Key: "design", Text: h.opt.Design.Name}}, trace.Heads...)
	}
	set, err := scenario.Setting(trace, h.opt.Machine, []*allocators.Design{h.opt.Design})
	if set != nil {
		set.Coarse = set.Coarse || h.opt.Coarse
	}
	return set, err
}

// finish takes in what came out of scenario i, and counts what is complete up to there.
func (h *hunt) finish(i int, t *tried) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ran += t.schedules
	if h.opt.Progress != nil {
		h.opt.Progress(h.ran)
	}
	h.done[i] = t
	for {
		t, ok := h.done[h.counts.scenarios]
		if !ok || h.last > 0 && h.counts.scenarios >= h.last {
			return
		}
		delete(h.done, h.counts.scenarios)
		h.count(t)
	}
}

// count adds one scenario, in order.
func (h *hunt) count(t *tried) {
	n := &h.counts
	at := n.scenarios
	n.scenarios++
	n.schedules += t.schedules
	n.bound = max(n.bound, t.bound)
	if t.exhausted {
		n.exhausted++
	}
	switch {
	case t.err != nil && !errors.Is(t.err, mmu.ErrNoKVA):
		h.err = t.err
	case t.better(h.best):
		h.best = t
		if !t.failure.Latent {
			h.stop(at + 1)
		} else {
			h.stop(at + 1 + afterLatent)
		}
	}
	if n.schedules >= h.opt.Budget {
		h.stop(at + 1)
	}
}

// stop wants nothing any more from scenario n on.
func (h *hunt) stop(n int) {
	if h.last == 0 || n < h.last {
		h.last = n
	}
}
