package calibrate

import (
	"math"
	"strings"
	"testing"

	"lwbench/bench/calibrate/lab"
)

func TestNoise(t *testing.T) {
	quiet := []Figure{
		{Unit: "ns", Estimate: lab.Estimate{Spread: 0.02, N: 100, Dropped: 1}},
		{Unit: "ns", Estimate: lab.Estimate{Spread: 0.05, N: 100, Dropped: 2}},
		{Unit: "pages", Estimate: lab.Estimate{N: 100}},
		{Unit: "ns", Estimate: lab.Estimate{Spread: 9}, Err: lab.ErrNoPair},
	}
	n := withFigures(lab.Noise{Others: 0.1, Steal: 0.001, Drift: 0.02}, quiet)
	if list := n.Complaints(); len(list) != 0 || n.Spread != 0.05 || math.Abs(n.Dropped-3.0/303) > 1e-9 {
		t.Errorf("%+v: %q", n, list)
	}
	for _, k := range []struct {
		noise lab.Noise
		want  string
	}{
		{lab.Noise{Others: 8.8}, "8.8 threads of other processes"},
		{lab.Noise{Steal: 0.05}, "gave 5.0 % of the CPUs' time to other guests"},
		{lab.Noise{Drift: 0.3}, "the clock's rate varied by 30 %"},
	} {
		if list := withFigures(k.noise, quiet).Complaints(); len(list) != 1 || !strings.Contains(list[0], k.want) {
			t.Errorf("%+v: %q, want %q", k.noise, list, k.want)
		}
	}
	disturbed := []Figure{{Unit: "ns", Estimate: lab.Estimate{Spread: 0.4, N: 50, Dropped: 50}}}
	if list := withFigures(lab.Noise{}, disturbed).Complaints(); len(list) != 2 {
		t.Errorf("%q", list)
	}
}
