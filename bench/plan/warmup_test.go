package plan_test

import (
	"strings"
	"testing"

	"lwbench/bench"
	"lwbench/bench/plan"
)

// TestWarmup: caches are warm when counting begins, unless asked otherwise; real input is gone through once.
func TestWarmup(t *testing.T) {
	for text, want := range map[string]int{
		"workload: [xio]": bench.Virtual().Warmup, "workload: [xio]\nwarmup: 7": 7, "workload: [xio]\nwarmup: 0": 0,
		"workload: [accesslog]\nparam: {accesslog.file: [x]}": 0,
	} {
		for _, c := range grid(t, text).Cells() {
			if c.Warmup != want {
				t.Fatalf("%q: %s warms up for %d operations, want %d", text, c.Name(), c.Warmup, want)
			}
		}
	}
	o, err := plan.ParseSweep("t.yaml", []byte("workload: [accesslog]\nparam: {accesslog.file: [x]}\nwarmup: 5"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Resolve(lists()); err == nil || !strings.Contains(err.Error(), "warmup") {
		t.Errorf("a warm-up of real input: %v", err)
	}
}
