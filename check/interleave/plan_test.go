package interleave

import (
	"strings"
	"sync"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/allocators/ops"
	"lwbench/check/schedule"
	"lwbench/mmu"
	"lwbench/mmu/machines"
	"lwbench/mmu/smp"
)

func plan(t testing.TB, text string) *Plan {
	t.Helper()
	tr, err := ops.Parse("t.ops", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return NewPlan(tr)
}

func find(name string) *allocators.Design {
	for _, d := range all.Designs() {
		if d.Name == name {
			return d
		}
	}
	panic(name)
}

// machine reads the default machine once: a thousand configurations need it.
var machine = sync.OnceValues(func() (*mmu.Spec, error) { return machines.Load(machines.Default) })

func setting(t testing.TB, name string, tune allocators.Tuning) *Config {
	t.Helper()
	base, err := machine()
	if err != nil {
		t.Fatal(err)
	}
	spec := *base
	spec.TLB = mmu.TLBSpec{L1Sets: 4, L1Ways: 4}
	return &Config{Spec: &spec, Design: find(name), Tune: tune, KVAPages: 32}
}

const traceA = "lwbench-ops 1\ncpus 2\n0 alloc a 1\n1 load a\n0 free a\n0 alloc b 2\n1 load b\n0 free b\n"

func search(t testing.TB, p *Plan, set *Config, s schedule.Search) (runs int, f *Failure) {
	for s.Begin() {
		runs++
		f, err := run(p, set, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if f != nil {
			return runs, f
		}
	}
	return runs, nil
}

// TestSearches: every search finds the mail's bug, and none reports a failure of the fixed lwbuf; a failing schedule
// fails again.
func TestSearches(t *testing.T) {
	tune := allocators.Tuning{"objcache.capacity": 4}
	for _, s := range []schedule.Search{schedule.NewBounded(2), schedule.NewRandom(1, 4), schedule.NewPCT(1, 3)} {
		p, set := plan(t, traceA), setting(t, "lwbuf-submitted", tune)
		set.Visible = true // the mask becomes wrong a step earlier
		_, f := search(t, p, set, s)
		if f == nil || f.Kind != mmu.StaleAccess.String() || f.CPU != 1 || p.Ops[f.Op].String() != "1 load b" {
			t.Errorf("%T: %+v", s, f)
			continue
		}
		if _, again := search(t, p, set, schedule.NewReplay(s.Schedule())); again == nil || *again.clean() != *f.clean() {
			t.Errorf("%T: %v, replayed %v", s, f, again)
		}
	}
	s := schedule.NewBounded(2)
	if n, f := search(t, plan(t, traceA), setting(t, "lwbuf", tune), s); f != nil || !s.Exhausted() || n < 30 {
		t.Errorf("lwbuf: %d schedules, %v", n, f)
	}
}

// clean returns the failure without its stack.
func (f *Failure) clean() *struct{ kind, text string } {
	return &struct{ kind, text string }{f.Kind, f.Text}
}

// run makes one run.
func run(p *Plan, set *Config, by smp.Scheduler, watch Watcher) (*Failure, error) {
	var r Runner
	defer r.Close()
	return r.Run(p, set, by, watch)
}

// BenchmarkSchedules runs the smallest scenario: on lwbuf, and on a design that does nothing, which leaves what a schedule costs.
func BenchmarkSchedules(b *testing.B) {
	for _, d := range []string{"lwbuf", "dmap"} {
		b.Run(d, func(b *testing.B) {
			p, set := plan(b, traceA), setting(b, d, allocators.Tuning{"objcache.capacity": 4})
			s := schedule.NewRandom(1, 10)
			var r Runner
			defer r.Close()
			b.ReportAllocs()
			for b.Loop() {
				s.Begin()
				if f, err := r.Run(p, set, s, nil); f != nil || err != nil {
					b.Fatal(f, err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "schedules/s")
		})
	}
}
