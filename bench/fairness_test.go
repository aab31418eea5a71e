package bench_test

import (
	"math"
	"testing"

	"lwbench/bench"
	"lwbench/bench/workload"
	"lwbench/mmu"
)

func unit(t *testing.T, name string, o *workload.Outcome) float64 {
	t.Helper()
	for _, u := range bench.Virtual().Units {
		if u.Name == name {
			return u.Value(o)
		}
	}
	t.Fatalf("no unit %q", name)
	return 0
}

// TestFairness: a ticket lock serves in turn, so the CPUs that share one progress equally. The idle zeroing thread is
// one CPU of four: for (0, 0, 0, r) the deviation is √3 times the mean.
func TestFairness(t *testing.T) {
	_, fair := runAll(t, grid(t, "alloc: [sfbuf]\nworkload: [xio]\ncpus: [8]\nops: 200").Cells(), 1)
	out := fair[0].Out
	if out.Counters.Shootdowns != 0 || len(out.Rates) != 8 {
		t.Fatalf("%d rates, %d shootdowns", len(out.Rates), out.Counters.Shootdowns)
	}
	if cv, low := unit(t, "cpu-cv", out), unit(t, "cpu-min-max", out); cv > 0.02 || low < 0.95 {
		t.Errorf("under a ticket lock: cv %v, min/max %v", cv, low)
	}
	_, one := runAll(t, grid(t, "alloc: [sfbuf]\nworkload: [zeroidle]\ncpus: [4]\nops: 50").Cells(), 1)
	if cv, low := unit(t, "cpu-cv", one[0].Out), unit(t, "cpu-min-max", one[0].Out); math.Abs(cv-math.Sqrt(3)) > 1e-6 || low != 0 {
		t.Errorf("one CPU of four works: cv %v, min/max %v, rates %v", cv, low, one[0].Out.Rates)
	}
	_, alone := runAll(t, grid(t, "alloc: [lwbuf]\nworkload: [xio]\ncpus: [1]\nops: 50").Cells(), 1)
	o := alone[0].Out
	if want := float64(o.Allocs+o.Frees) / float64(o.Cycles); len(o.Rates) != 1 || o.Rates[0] != want {
		t.Errorf("rates %v, want %v", o.Rates, want)
	}
}

// TestPercentileUnits: of 1 to 20, 90 % are at most 18, and 99.9 % at most 20.
func TestPercentileUnits(t *testing.T) {
	o := &workload.Outcome{Latency: new(workload.Histogram)}
	for v := range mmu.Cycles(20) {
		o.Latency.Record(v + 1)
	}
	for name, want := range map[string]float64{"p50-cycles": 10, "p90-cycles": 18, "p99-cycles": 20, "p99.9-cycles": 20, "max-cycles": 20} {
		if got := unit(t, name, o); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if cv, low := unit(t, "cpu-cv", o), unit(t, "cpu-min-max", o); cv != 0 || low != 1 {
		t.Errorf("without CPUs: cv %v, min/max %v", cv, low)
	}
}
