package search

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/naive"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/scenario"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/machines"
	"lwbench/mmu/smp"
)

// haswell reads the default machine once.
var haswell = sync.OnceValues(func() (*mmu.Spec, error) { return machines.Load(machines.Default) })

func machine(t testing.TB) *mmu.Spec {
	t.Helper()
	spec, err := haswell()
	if err != nil {
		t.Fatal(err)
	}
	c := *spec
	return &c
}

func hunts(t testing.TB, d *allocators.Design, change func(*Options)) *Report {
	t.Helper()
	opt := Options{Design: d, Machine: machine(t), Bound: 2, Budget: testsize.Choose(1000, 5000, 5000), Options: scenario.Options{Seed: 1}}
	if change != nil {
		change(&opt)
	}
	r, err := Run(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMailsBug: the bug of the March 2009 mail is found without hints, with at most the operations of trace A in
// docs/DESIGNS.md (lwbuf as submitted), and the fixed lwbuf has no failure.
func TestMailsBug(t *testing.T) {
	r := hunts(t, &lwbuf.Submitted, nil)
	if !r.Found || r.Kind != mmu.StaleAccess.String() || r.CPUs != 2 || r.Ops > 6 || r.Preemptions != 0 {
		t.Fatalf("%s", r.JSON())
	}
	if d := r.Counterexample.Decision; d == nil || d.File != "allocators/lwbuf/alloc.go" || !strings.Contains(d.Source(), "mask.Add(") {
		t.Errorf("the wrong decision: %+v", d)
	}
	if r := hunts(t, &lwbuf.Fixed, nil); r.Found {
		t.Errorf("lwbuf: %s", r.JSON())
	}
}

// TestSameOnAnyHost: neither the number of workers nor a second run changes the report, and no goroutine is left.
func TestSameOnAnyHost(t *testing.T) {
	defer goleak.VerifyNone(t) // including coroutines
	for _, d := range []*allocators.Design{&lwbuf.Submitted, &lwbuf.Fixed} {
		want := ""
		for _, jobs := range testsize.Choose([]int{1, 5}, []int{1, 2, 5}, []int{1, 2, 5}) {
			r := hunts(t, d, func(o *Options) { o.Jobs = jobs })
			r.Seconds = 0
			got := r.JSON()
			if r.Found {
				var b strings.Builder
				r.Counterexample.Write(&b, 0)
				got += r.Trace.String() + b.String()
			}
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%d jobs: %s\nbefore: %s", jobs, got, want)
			}
		}
	}
}

// TestSavedRunFailsAgain: the text of the smallest scenario is enough to reproduce the failure, with the same trace.
func TestSavedRunFailsAgain(t *testing.T) {
	for _, change := range []func(*Options){nil, func(o *Options) { o.Granularity = smp.OrderedPoints }} {
		for _, d := range []*allocators.Design{&lwbuf.Submitted, &naive.Design} {
			r := hunts(t, d, change)
			if !r.Found {
				if d == &naive.Design && change == nil {
					t.Errorf("%s", r.JSON())
				}
				continue
			}
			trace, err := ops.Parse("saved.ops", strings.NewReader(r.Trace.String()))
			if err != nil {
				t.Fatal(err)
			}
			again, err := replayOf(t, trace, d)
			if err != nil {
				t.Fatal(err)
			}
			if again.Text != r.Text || again.CPUs != r.CPUs || again.Ops != r.Ops || told(again) != told(r) {
				t.Errorf("%s\n%s", again.JSON(), told(again))
			}
		}
	}
}

// replayOf replays a saved scenario on one of the designs.
func replayOf(t *testing.T, trace *ops.Trace, designs ...*allocators.Design) (*Report, error) {
	t.Helper()
	k, err := NewScenario(trace, machine(t), designs)
	if err != nil {
		t.Fatal(err)
	}
	return Replay(k)
}

// told returns the trace of a report as text.
func told(r *Report) string {
	if r.Counterexample == nil {
		return ""
	}
	var b strings.Builder
	r.Counterexample.Write(&b, 0)
	return b.String()
}

// TestCoverage checks the description of the coverage.
func TestCoverage(t *testing.T) {
	set := func(n int) map[int]bool {
		m := map[int]bool{}
		for i := range n {
			m[i] = true
		}
		return m
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, k := range []struct {
		schedules, scenarios, exhausted int
		found                           bool
		at                              smp.Granularity
		ctx, outer                      context.Context
		want                            string
	}{
		{1, 1, 1, false, smp.MachineCalls, t.Context(), t.Context(), "exhausted: 1 schedule of 1 scenario, up to 2 preemptions, choosing at machine calls"},
		{1, 1, 1, false, smp.OrderedPoints, t.Context(), t.Context(), "exhausted: 1 schedule of 1 scenario, up to 2 preemptions, choosing at ordered points"},
		{40, 3, 2, false, smp.MachineCalls, t.Context(), t.Context(), "budget spent: 40 schedules of 3 scenarios, 2 of them exhausted up to 2 preemptions, choosing at machine calls"},
		{9, 2, 0, true, smp.MachineCalls, t.Context(), t.Context(), "found after 9 schedules of 2 scenarios, at machine calls"},
		{0, 0, 0, false, smp.MachineCalls, t.Context(), t.Context(), "budget spent: 0 schedules of 0 scenarios, 0 of them exhausted up to 2 preemptions, choosing at machine calls"},
		{5, 2, 1, false, smp.MachineCalls, ended, t.Context(), "time is up: 5 schedules of 2 scenarios, 1 of them exhausted up to 2 preemptions, choosing at machine calls"},
		{5, 2, 1, false, smp.MachineCalls, ended, ended, "interrupted: 5 schedules of 2 scenarios, 1 of them exhausted up to 2 preemptions, choosing at machine calls"},
	} {
		s := &searcher{ctx: k.ctx, outer: k.outer, opt: Options{Bound: 2, Granularity: k.at}}
		s.counts = counts{schedules: k.schedules, scenarios: set(k.scenarios), exhausted: set(k.exhausted)}
		if k.found {
			s.best = &tried{set: &interleave.Config{Granularity: k.at}}
		}
		if got := s.coverage(); got != k.want {
			t.Errorf("%q, want %q", got, k.want)
		}
	}
}

// endless is a design whose second alloc loops without calling the machine.
type endless struct {
	kva    mmu.KVA
	allocs int
	end    *atomic.Bool // of the test
}

func (a *endless) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	for a.allocs++; a.allocs > 1 && !a.end.Load(); {
	}
	c.KenterQuick(a.kva, pg)
	return &kmapBuf{page: pg, kva: a.kva}, nil
}

func (a *endless) Free(c *mmu.CPU, b allocators.Buf) { c.KremoveQuick(b.KVA(c)) }

// TestDoesNotComeBack: a design that loops without calling the machine delays neither the time limit nor the search:
// it is the failure.
func TestDoesNotComeBack(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for 2 s")
	}
	var end atomic.Bool
	defer end.Store(true)
	d := &allocators.Design{Name: "endless", New: func(m *mmu.Machine, _ allocators.Tuning) (allocators.Allocator, error) {
		kva, err := m.ReserveKVA(1)
		return &endless{kva: kva, end: &end}, err
	}}
	r := hunts(t, d, func(o *Options) { o.Time, o.Budget = 300*time.Millisecond, 1<<40 })
	if !r.Found || r.Kind != "livelock" || !strings.Contains(r.Text, "without calling the machine") || !strings.Contains(r.Scenario, "schedule ") {
		t.Errorf("%s", r.JSON())
	}
}

// TestBeyondTheDeclaredFault: for a design that declares stale accesses and has another fault, both are reported.
func TestBeyondTheDeclaredFault(t *testing.T) {
	for _, leaks := range []bool{false, true} {
		d := lwbuf.Submitted
		if leaks {
			d = *leaky(d)
		}
		r := hunts(t, &d, func(o *Options) { o.Budget = 3000 })
		switch {
		case !leaks && (!r.Found || r.Kind != "stale access" || r.Declares == "" || !strings.HasPrefix(r.Beyond, "budget spent: ") || r.Known != nil):
			t.Errorf("%s", r.JSON())
		case leaks && (!r.Found || r.Kind != "leak" || r.Declares != ""):
			t.Errorf("%s", r.JSON())
		}
	}
}
