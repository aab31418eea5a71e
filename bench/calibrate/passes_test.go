package calibrate

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lwbench/bench/calibrate/lab"
)

// TestMiddle: a spell of the host does not decide a figure, a count stays whole, and a figure that most passes lack is missing.
func TestMiddle(t *testing.T) {
	figures := func(values ...float64) (list []Figure) {
		for _, v := range values {
			f := Figure{Name: "IPI", Estimate: lab.Estimate{Median: v, Spread: 0.01, N: 100, Dropped: 1}}
			if v == 0 {
				f.Err = errors.New("too few")
			}
			list = append(list, f)
		}
		return list
	}
	for _, k := range []struct {
		values []float64
		want   string
	}{
		{[]float64{17, 23, 17.2, 22, 17.1}, "17.2, spread 1 %"},
		{[]float64{10, 20, 30}, "20, spread 50 %"},
		{[]float64{33, 34, 34, 33}, "33, spread 1 %"},
		{[]float64{-2, -1}, "-2, spread 1 %"},
		{[]float64{5, 0, 7, 6}, "6, spread 17 %"},
		{[]float64{0, 0, 7}, "in 2 of 3 passes: too few"},
		{[]float64{0, 0}, "too few"},
	} {
		f := middle(figures(k.values...))
		got := fmt.Sprintf("%.3g, spread %.0f %%", f.Median, 100*f.Spread)
		if f.Err != nil {
			got = f.Err.Error()
		} else if f.N != 100*len(k.values) || f.Dropped != len(k.values) {
			t.Errorf("%v: %d samples, %d dropped", k.values, f.N, f.Dropped)
		}
		if got != k.want {
			t.Errorf("%v: %s, want %s", k.values, got, k.want)
		}
	}
}

// TestUndisturbed: the load alone decides which passes count, and disturbed ones count only if there are too few others.
func TestUndisturbed(t *testing.T) {
	var passes []pass
	for i := range mostPasses {
		p := pass{figures: []Figure{{Name: "IPI", Estimate: lab.Estimate{Median: float64(10 + i)}}}}
		if i >= wantPasses {
			p.load.Others = 2
		}
		passes = append(passes, p)
	}
	figures, load := merge(undisturbed(passes))
	if figures[0].Median != 13 || load.Others != 0 {
		t.Errorf("enough are undisturbed: %+v, %+v", figures, load)
	}
	if figures, load = merge(undisturbed(passes[1:])); figures[0].Median != 16 || load.Others < 0.8 {
		t.Errorf("too few are undisturbed: %+v, %+v", figures, load)
	}
	if list := (lab.Noise{Others: load.Others}).Complaints(); len(list) != 1 || !strings.Contains(list[0], "threads of other processes") {
		t.Errorf("%q", list)
	}
}

// TestAgain: a disturbed pass is the reason why the progress goes back.
func TestAgain(t *testing.T) {
	if got := again("TLB", 0); got != "TLB" {
		t.Error(got)
	}
	if got, want := again("TLB", 2), "TLB (2 passes disturbed by other processes, repeated)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
