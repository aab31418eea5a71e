package search

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/scenario"
	"lwbench/check/schedule"
	"lwbench/internal/texttab"
)

// Report is what a hunt came to.
type Report struct {
	Alloc       string  `json:"alloc"`
	Found       bool    `json:"found"`
	Kind        string  `json:"kind,omitempty"` // "stale access", …; see interleave.Failure
	Text        string  `json:"text,omitempty"`
	Latent      bool    `json:"latent,omitempty"` // nothing went wrong yet: a rule is broken
	CPUs        int     `json:"cpus,omitempty"`   // of the smallest scenario that fails, as Ops and Preemptions
	Ops         int     `json:"ops,omitempty"`
	Preemptions int     `json:"preemptions"`
	Schedules   int     `json:"schedules"` // tried until it was found, or in all
	Scenarios   int     `json:"scenarios"`
	Exhausted   int     `json:"exhausted"` // scenarios of which every schedule within the bound was tried
	Bound       int     `json:"bound"`     // preemptions
	Shrinking   int     `json:"shrinking"` // schedules beyond, to make the story small
	Seconds     float64 `json:"seconds"`   // of the host, for all of it
	Coverage    string  `json:"coverage"`
	Declares    string  `json:"declares,omitempty"` // the fault that the design says it has
	Scenario    string  `json:"scenario,omitempty"` // Trace as a file, for a replay
	Unfit       bool    `json:"unfit,omitempty"`    // a replay: its schedule does not fit the run, so that it says little
	// Decision is where the wrong decision was taken, or nil.
	Decision *Decision `json:"decision,omitempty"`

	Trace          *ops.Trace          `json:"-"` // the smallest scenario that fails, its schedule in the header
	Failure        *interleave.Failure `json:"-"`
	Counterexample *Counterexample     `json:"-"`
}

// declared is what a design says of itself that a hunt may find, or nothing.
func declared(d *allocators.Design) string { return cmp.Or(d.KnownFault, d.KnownRace) }

// JSON returns the report as one line.
func (r *Report) JSON() string {
	b, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("hunt: a report that is no JSON: %v", err))
	}
	return string(b)
}

// report shrinks, replays and writes up what was found.
func (s *searcher) report(start time.Time) (*Report, error) {
	n := &s.counts
	r := &Report{
		Alloc: s.opt.Design.Name, Declares: declared(s.opt.Design), Schedules: n.schedules, Scenarios: n.scenarios, Exhausted: n.exhausted, Bound: n.bound,
	}
	r.Coverage = s.coverage()
	if s.best != nil {
		small, more := s.shrink(s.best)
		if s.outer.Err() != nil {
			return nil, context.Cause(s.outer)
		}
		r.Shrinking = more
		if err := r.tell(small); err != nil {
			return nil, err
		}
	}
	r.Seconds = time.Since(start).Seconds()
	return r, nil
}

// coverage says how far the search went.
func (s *searcher) coverage() string {
	n := &s.counts
	tried := texttab.Count(n.schedules, "schedule") + " of " + texttab.Count(n.scenarios, "scenario")
	switch within := "up to " + texttab.Count(s.opt.Bound, "preemption"); {
	case n.scenarios > 0 && n.exhausted == n.scenarios:
		return "exhausted: " + tried + ", " + within
	case s.ctx.Err() != nil:
		return fmt.Sprintf("time is up: %s, %d of them exhausted %s", tried, n.exhausted, within)
	case s.best != nil:
		return "found after " + tried
	default:
		return fmt.Sprintf("budget spent: %s, %d of them exhausted %s", tried, n.exhausted, within)
	}
}

// errNotAgain is a failure that a replay does not show: a run that is not deterministic.
var errNotAgain = errors.New("the failing run did not fail again: something in the design is not deterministic")

// tell replays the smallest failing run, which confirms it, and keeps its story.
func (r *Report) tell(t *tried) error {
	story, f, err := Tell(t.trace, t.set, t.schedule)
	switch {
	case err != nil:
		return err
	case f == nil || f.Kind != t.failure.Kind:
		return fmt.Errorf("%s: %w", r.Alloc, errNotAgain)
	}
	r.keep(t.saved(), story, f)
	return nil
}

// saved returns the scenario with all in its header that a replay needs.
func (t *tried) saved() *ops.Trace {
	u := *t.trace
	u.Header = nil
	for _, k := range t.trace.Header {
		if k.Key != "schedule" && k.Key != "run" {
			u.Header = append(u.Header, k)
		}
	}
	if text := scenario.Mode(t.set); text != "" {
		u.Header = append(u.Header, ops.HeaderLine{Key: "run", Text: text})
	}
	u.Header = append(u.Header, ops.HeaderLine{Key: "schedule", Text: t.schedule.String()})
	return &u
}

// Replay runs a saved scenario again under the schedule of its header. The report has Found false where nothing goes wrong
// any more. An error is bad input, one line with its place.
func Replay(k *Scenario) (*Report, error) {
	start := time.Now()
	t, set := k.Trace, k.Config
	i := slices.IndexFunc(t.Header, func(h ops.HeaderLine) bool { return h.Key == "schedule" })
	if i < 0 {
		return nil, fmt.Errorf("%s: no header line says which schedule: expected for instance \"schedule 17:1,40:2\"", t.File)
	}
	schedule, err := schedule.Parse(t.Header[i].Text)
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", t.File, t.Header[i].Line, err)
	}
	r := &Report{Alloc: set.Design.Name, Declares: declared(set.Design), Schedules: 1, Scenarios: 1, Coverage: "replayed: one schedule"}
	if err := set.Measure(interleave.NewPlan(t)); err != nil {
		return nil, fmt.Errorf("%s: %w", t.File, err)
	}
	story, f, err := Tell(t, set, schedule)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.File, err)
	}
	r.Unfit = story.Unfit
	if f != nil {
		r.keep(t, story, f)
	}
	r.Seconds = time.Since(start).Seconds()
	return r, nil
}

// keep fills in what went wrong in a run of t.
func (r *Report) keep(t *ops.Trace, s *Counterexample, f *interleave.Failure) {
	r.Found, r.Kind, r.Text, r.Latent = true, f.Kind, f.Text, f.Latent
	r.CPUs, r.Ops, r.Preemptions = t.CPUs, len(t.Ops), s.Preemptions
	r.Failure, r.Counterexample, r.Trace, r.Decision = f, s, t, s.Decision
	r.Scenario = t.String()
}
