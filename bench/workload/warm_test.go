package workload

import (
	"math"
	"testing"

	"lwbench/bench/steady"
	"lwbench/internal/testsize"
	"lwbench/mmu/machines"
)

// TestWarm: the first touch of each page fetches it from memory. A run that counts its steady state counts none of that: its cost is that
// of a run that is much longer, in the first 4,000 operations. Without Warm, xio on 32 CPUs began at 995 cycles with dmap and took
// 129,000 operations to come down to 421; sendfile and synthetic on 1 CPU stopped 2 to 4 % above the cost of longer runs.
func TestWarm(t *testing.T) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range testsize.Some([]struct {
		workload string
		cpus     int
	}{{"xio", 8}, {"memdisk", 8}, {"sendfile", 1}, {"synthetic", 1}, {"synthetic", 8}}, 0) {
		cost := func(watch steady.Watch) float64 {
			out := runWindowOn(t, spec, Find(k.workload), design(t, "dmap"), k.cpus, watch, nil, nil, nil)
			return float64(out.Cycles) / float64(out.Ops)
		}
		short, long := cost(steady.FixedWindow(k.cpus, 2000/k.cpus, 2000/k.cpus)), cost(steady.FixedWindow(k.cpus, 40_000, 2000))
		t.Logf("%s on %d CPUs: %.0f cycles, later %.0f", k.workload, k.cpus, short, long)
		if math.Abs(short/long-1) > 0.015 {
			t.Errorf("%s on %d CPUs: %.0f cycles, later %.0f", k.workload, k.cpus, short, long)
		}
	}
}
