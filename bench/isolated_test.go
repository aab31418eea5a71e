package bench_test

import (
	"context"
	"fmt"
	"testing"

	"lwbench/bench"
)

// TestIsolated: what global mappings take from CPUs that only compute goes down where they may defer their flushes, a vCPU that
// its host has preempted makes the mapping CPUs wait, and nothing is stale.
func TestIsolated(t *testing.T) {
	run := func(machine, params string) (lost float64, cycles float64) {
		t.Helper()
		g := grid(t, fmt.Sprintf("alloc: [sfbuf]\nworkload: [isolated]\nmachine: [%s]\ncpus: [4]\nops: 400\nset: {sfbuf.nsfbufs: [64]}\nparam: {isolated.mapping: [global], %s}\n", machine, params))
		r, err := g.Cells()[0].Run(context.Background(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := &r.Out.Counters; n.Stale+n.StaleRisk+n.Faults != 0 || r.Out.Computing != 3 {
			t.Errorf("%s: %d CPUs compute, %+v", params, r.Out.Computing, n)
		}
		for _, u := range bench.Virtual().Units {
			switch u.Name {
			case "isolated-stolen/Mcycle":
				lost = u.Value(r.Out)
			case "cycles/op":
				cycles = u.Value(r.Out)
			}
		}
		return lost, cycles
	}
	atOnce, cost := run("haswell-2s", "isolated.flush: [at-once]")
	deferred, cheaper := run("haswell-2s", "isolated.flush: [deferred]")
	if atOnce < 20*deferred || deferred == 0 || cheaper >= cost {
		t.Errorf("%.0f cycles in a million at once, %.0f deferred; an operation %.0f and %.0f", atOnce, deferred, cost, cheaper)
	}
	if rare, _ := run("haswell-2s", "isolated.flush: [deferred], isolated.entry: [0]"); rare != 0 {
		t.Errorf("%.0f cycles in a million where the CPU never enters the kernel", rare)
	}
	_, waits := run("haswell-2s", "isolated.preempted: [50000], isolated.slice: [50000]")
	_, noted := run("haswell-2s", "isolated.preempted: [50000], isolated.slice: [50000], isolated.flush: [deferred]")
	if waits < 2*cost || noted >= cost {
		t.Errorf("an operation %.0f, %.0f beside preempted vCPUs, %.0f where they flush when they run", cost, waits, noted)
	}
	if hardware, _ := run("milan", "isolated.flush: [at-once]"); hardware != 0 {
		t.Errorf("%.0f cycles in a million taken by INVLPGB", hardware)
	}
}
