package search

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/scenario"
	"lwbench/check/schedule"
	"lwbench/internal/texttab"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Report is the result of a search.
type Report struct {
	Alloc       string  `json:"alloc"`
	Found       bool    `json:"found"`
	Kind        string  `json:"kind,omitempty"` // "stale access", …; see interleave.Failure
	Text        string  `json:"text,omitempty"`
	Latent      bool    `json:"latent,omitempty"` // nothing has failed yet, but an invariant is violated
	CPUs        int     `json:"cpus,omitempty"`   // of the smallest failing scenario, like Ops and Preemptions
	Ops         int     `json:"ops,omitempty"`
	Preemptions int     `json:"preemptions"`
	Schedules   int     `json:"schedules"` // tried until it was found, or in total
	Scenarios   int     `json:"scenarios"`
	Exhausted   int     `json:"exhausted"` // scenarios whose schedules within the bound were all tried
	Bound       int     `json:"bound"`     // preemptions
	Shrinking   int     `json:"shrinking"` // additional schedules for minimizing
	Seconds     float64 `json:"seconds"`   // of the host, in total
	Coverage    string  `json:"coverage"`
	Granularity string  `json:"granularity"`        // at which it was found, or looked for: "machine calls", …
	Proved      int     `json:"proved"`             // scenarios of which every order of statements is covered
	Declares    string  `json:"declares,omitempty"` // the design's declared fault, if that was found
	Known       *Report `json:"known,omitempty"`    // the declared fault that was found before
	Beyond      string  `json:"beyond,omitempty"`   // coverage of the search beyond the declared fault, which found nothing
	Scenario    string  `json:"scenario,omitempty"` // Trace as a file, for a replay
	Unfit       bool    `json:"unfit,omitempty"`    // a replay: its schedule does not fit the run, so that it proves little
	// Decision is the place of the wrong decision, or nil.
	Decision *Decision `json:"decision,omitempty"`

	Trace          *ops.Trace          `json:"-"` // the smallest failing scenario, with its schedule in the header
	Failure        *interleave.Failure `json:"-"`
	Counterexample *Counterexample     `json:"-"`
}

// declared returns the fault that a design declares and a search may find, or an empty string.
func declared(d *allocators.Design) string { return cmp.Or(d.KnownFault, d.KnownRace) }

// declares reports whether f is of the kind of the fault that d declares.
func declares(d *allocators.Design, f *interleave.Failure) bool {
	if f == nil {
		return false
	}
	kind := f.Kind
	if kind == interleave.UnsoundMask { // the cause of a stale risk
		kind = mmu.StaleRisk.String()
	}
	return slices.ContainsFunc(d.KnownKinds, func(k mmu.FindingKind) bool { return k.String() == kind })
}

// JSON returns the report as one line.
func (r *Report) JSON() string {
	b, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("search: a report that is no JSON: %v", err))
	}
	return string(b)
}

// outline returns a report with only the numbers.
func (s *searcher) outline() *Report {
	n := &s.counts
	return &Report{
		Alloc: s.opt.Design.Name, Schedules: n.schedules, Scenarios: len(n.scenarios), Exhausted: len(n.exhausted), Bound: n.bound,
		Coverage: s.coverage(), Proved: len(n.proved), Granularity: s.granularity().String(),
	}
}

// report shrinks, replays and describes the failure.
func (s *searcher) report() (*Report, error) {
	r := s.outline()
	if s.best == nil {
		return r, nil
	}
	if declares(s.opt.Design, s.best.failure) {
		r.Declares = declared(s.opt.Design)
	}
	if s.best.hangs {
		r.keep(s.best.saved(), replayHung(s.best.trace.CPUs, s.best.failure), s.best.failure)
		return r, nil
	}
	r.Granularity = s.best.set.Granularity.String()
	small, more := s.best, 0
	var beat atomic.Int64
	s.beat = &beat
	if !guard(s.outer, &beat, func() { small, more = s.shrink(s.best) }) {
		small, more = s.best, 0 // a smaller scenario that hangs
	}
	if s.outer.Err() != nil {
		return r, context.Cause(s.outer)
	}
	r.Shrinking = more
	return r, r.tell(small)
}

// with adds the result of a search beyond the declared fault of r.
func (r *Report) with(beyond *Report) *Report {
	if beyond.Found {
		beyond.Known = r
		return beyond
	}
	r.Beyond = beyond.Coverage
	return r
}

// coverage describes the coverage of the search.
func (s *searcher) coverage() string {
	n := &s.counts
	tried := texttab.Count(n.schedules, "schedule") + " of " + texttab.Count(len(n.scenarios), "scenario")
	within := fmt.Sprintf("up to %s, choosing at %v", texttab.Count(s.opt.Bound, "preemption"), s.granularity())
	how := fmt.Sprintf("%s, %d of them exhausted %s", tried, len(n.exhausted), within)
	if len(n.proved) > 0 {
		how += fmt.Sprintf(", %d in every order of statements (%s)", len(n.proved), unjudged)
	}
	if n.clocked {
		how += "; the design reads the clock, so that no order of its steps stands for another"
	}
	switch all := len(n.scenarios); {
	case all > 0 && len(n.proved) == all && s.best == nil:
		return "exhausted at statements: " + tried + ", which stand for every order of statements, however many preemptions (" + unjudged + ")"
	case all > 0 && len(n.exhausted) == all && s.best == nil:
		return "exhausted: " + tried + ", " + within
	case s.outer.Err() != nil:
		return "interrupted: " + how
	case s.best != nil:
		return fmt.Sprintf("found after %s, at %v", tried, s.best.set.Granularity)
	case s.ctx.Err() != nil:
		return "time is up: " + how
	default:
		return "budget spent: " + how
	}
}

// unjudged describes what a search of every order does not check; the bounded schedules before it do.
const unjudged = "masks, invariant I1, are judged in the first of them only"

// granularity returns the steps of a design between which the search switches. A claim to have exhausted something is
// valid for these points only.
func (s *searcher) granularity() smp.Granularity {
	if k := s.opt.Scenario; k != nil && k.Config.Granularity != smp.MachineCalls {
		return k.Config.Granularity
	}
	return s.opt.Granularity
}

// errNotAgain is the error if a replay does not show the failure: the run is not deterministic.
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

// saved returns the scenario with everything in its header that a replay needs.
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

// Replay runs a saved scenario again under the schedule of its header. The report has Found false if nothing fails.
// An error is bad input, one line with its place.
func Replay(k *Scenario) (*Report, error) {
	start := time.Now()
	t, set := k.Trace, k.Config
	i := slices.IndexFunc(t.Header, func(h ops.HeaderLine) bool { return h.Key == "schedule" })
	if i < 0 {
		return nil, fmt.Errorf("%s: no header line gives a schedule: expected for example \"schedule 17:1,40:2\"", t.File)
	}
	schedule, err := schedule.Parse(t.Header[i].Text)
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", t.File, t.Header[i].Line, err)
	}
	r := &Report{Alloc: set.Design.Name, Schedules: 1, Scenarios: 1, Coverage: "replayed: one schedule"}
	if err := set.Measure(interleave.NewPlan(t)); err != nil {
		return nil, fmt.Errorf("%s: %w", t.File, err)
	}
	c := *set
	var beat atomic.Int64
	c.Beat = &beat
	var (
		ce *Counterexample
		f  *interleave.Failure
	)
	if !guard(context.Background(), &beat, func() { ce, f, err = Tell(t, &c, schedule) }) {
		f, err = hung(), nil
		ce = replayHung(t.CPUs, f)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.File, err)
	}
	r.Unfit = ce.Unfit
	if f != nil {
		r.keep(t, ce, f)
	}
	if declares(set.Design, f) {
		r.Declares = declared(set.Design)
	}
	r.Seconds = time.Since(start).Seconds()
	return r, nil
}

// keep stores the failure of a run of t.
func (r *Report) keep(t *ops.Trace, s *Counterexample, f *interleave.Failure) {
	r.Found, r.Kind, r.Text, r.Latent = true, f.Kind, f.Text, f.Latent
	r.CPUs, r.Ops, r.Preemptions = t.CPUs, len(t.Ops), s.Preemptions
	r.Failure, r.Counterexample, r.Trace, r.Decision = f, s, t, s.Decision
	r.Scenario = t.String()
}
