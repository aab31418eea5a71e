package ops

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/explore"
	"lwbench/mmu/machines"
)

func plan(t testing.TB, text string) *Plan {
	t.Helper()
	tr, err := Parse("t.ops", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return NewPlan(tr)
}

func setting(t testing.TB, name string, tune allocators.Tuning) *Setting {
	t.Helper()
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	spec.TLB = mmu.TLBSpec{L1Sets: 4, L1Ways: 4}
	return &Setting{Spec: spec, Design: design(name), Tune: tune, KVAPages: 32}
}

const traceA = head + "0 alloc a 1\n1 load a\n0 free a\n0 alloc b 2\n1 load b\n0 free b\n"

func search(t testing.TB, p *Plan, set *Setting, s explore.Search) (runs int, f *Failure) {
	for s.Begin() {
		runs++
		f, err := p.Run(set, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if f != nil {
			return runs, f
		}
	}
	return runs, nil
}

func TestSearchFindsTheMailsBug(t *testing.T) {
	for _, name := range []string{"lwbuf-submitted", "lwbuf", "sfbuf", "sfbuf-2009", "sfbuf-2010", "lwbuf-rbtree", "naive"} {
		for b := range 3 {
			s := explore.NewBounded(b)
			n, f := search(t, plan(t, traceA), setting(t, name, allocators.Tuning{"objcache.capacity": 4, "sfbuf.nsfbufs": 2, "naive.nsfbufs": 2}), s)
			t.Log(name, b, n, f, s.Schedule(), s.Exhausted())
		}
	}
}

func BenchmarkSchedules(b *testing.B) {
	p, set := plan(b, traceA), setting(b, "lwbuf", allocators.Tuning{"objcache.capacity": 4})
	s := explore.NewRandom(1, 10)
	for b.Loop() {
		s.Begin()
		if f, err := p.Run(set, s, nil); f != nil || err != nil {
			b.Fatal(f, err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "schedules/s")
}
