package main

import (
	"runtime"
	"testing"
	"time"

	"lwbench/bench"
	"lwbench/bench/plan"
)

func TestDuration(t *testing.T) {
	for _, k := range []struct {
		least, most time.Duration
		want        string
	}{
		{30 * time.Second, 30 * time.Second, "about 30 seconds"},
		{20 * time.Second, 80 * time.Second, "about 20 to 80 seconds"},
		{30 * time.Second, 2 * time.Minute, "about 1 to 2 minutes"},
		{121 * time.Second, 6 * time.Minute, "about 3 to 6 minutes"},
	} {
		if got := duration(k.least, k.most); got != k.want {
			t.Errorf("%v to %v: %q, want %q", k.least, k.most, got, k.want)
		}
	}
}

// TestTimeOf: what is announced for the default sweep is what README says of it: half a minute on two cores.
func TestTimeOf(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("one CPU")
	}
	g, err := (&plan.Options{}).Resolve(lists())
	if err != nil {
		t.Fatal(err)
	}
	if d := timeOf(bench.Screened(g.Cells()), 2); d < 20*time.Second || d > 50*time.Second {
		t.Errorf("the default sweep is announced as %v on two cores", d)
	}
}
