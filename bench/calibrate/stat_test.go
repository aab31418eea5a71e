package calibrate

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// series makes a series of n samples that alternate around v by so much.
func series(v, off float64, n int) *Series {
	s := new(Series)
	for i := range n {
		s.add(v+off*float64(i%3-1), true)
	}
	return s
}

func TestEstimate(t *testing.T) {
	s := series(100, 10, 30)
	s.add(1e9, true) // one outlier moves nothing
	s.add(5, false)
	s.add(math.NaN(), true)
	e, err := s.estimate()
	if err != nil {
		t.Fatal(err)
	}
	if (e != Estimate{Median: 100, Spread: 0.1, N: 31, Dropped: 2}) {
		t.Errorf("%+v", e)
	}
	few := series(1, 0, leastSamples-1)
	few.Dropped = 40
	_, err = few.estimate()
	if want := (errFew{leastSamples - 1, 40}); !errors.Is(err, want) || !strings.Contains(err.Error(), "only 14 of 54") {
		t.Error(err)
	}
}

func TestDifference(t *testing.T) {
	a, b := Estimate{Median: 110, Spread: 0.03, N: 50, Dropped: 1}, Estimate{Median: 100, Spread: 0.04, N: 40, Dropped: 2}
	d := a.minus(b)
	if d.Median != 10 || d.N != 40 || d.Dropped != 3 || math.Abs(d.Spread-math.Hypot(3.3, 4)/10) > 1e-9 {
		t.Errorf("%+v", d)
	}
	if !d.unresolved() {
		t.Error("a difference of 10 ± 5 is no cost")
	}
	if !b.minus(a).unresolved() {
		t.Error("a negative cost is none")
	}
	if (Estimate{Median: 5, Spread: 0.4, N: 40}).unresolved() {
		t.Error("5 ± 2 is one")
	}
}

func TestSlope(t *testing.T) {
	x, y := []float64{1, 2, 4, 8, 16}, []float64{12, 14, 18, 1000, 42}
	if got, err := slope(x, y); err != nil || got != 2 {
		t.Error(got, err)
	}
}

func TestKnee(t *testing.T) {
	for _, k := range []struct {
		y  []float64
		at int
		ok bool
	}{
		{[]float64{0, 0.1, 0, 10, 10, 10}, 2, true},
		{[]float64{0, 0.1, 0, 4, 8, 10}, 2, true},
		{[]float64{0, 0.9, 0.5, 4, 8, 10}, 2, true}, // less than a tenth of the way
		{[]float64{0, 0, 0, 0, 0, 0}, 5, false},     // never rises
		{[]float64{9, 9, 9, 10, 10, 10}, 0, false},  // never low
	} {
		if at, ok := knee(k.y, 0, 10, 1); ok != k.ok || ok && at != k.at {
			t.Errorf("%v: %d %v, want %d %v", k.y, at, ok, k.at, k.ok)
		}
	}
	if _, ok := knee([]float64{0, 1}, 0, 1, 2); ok {
		t.Error("a rise of 1 where 2 is the least")
	}
}

func TestNoise(t *testing.T) {
	quiet := []Figure{
		{Unit: "ns", Estimate: Estimate{Spread: 0.02, N: 100, Dropped: 1}},
		{Unit: "ns", Estimate: Estimate{Spread: 0.05, N: 100, Dropped: 2}},
		{Unit: "pages", Estimate: Estimate{N: 100}},
		{Unit: "ns", Estimate: Estimate{Spread: 9}, Err: errNoPair},
	}
	n := Noise{Others: 0.1, Steal: 0.001, Drift: 0.02}.of(quiet)
	if list := n.Complaints(); len(list) != 0 || n.Spread != 0.05 || math.Abs(n.Dropped-3.0/303) > 1e-9 {
		t.Errorf("%+v: %q", n, list)
	}
	for _, k := range []struct {
		noise Noise
		want  string
	}{
		{Noise{Others: 8.8}, "8.8 threads of other processes"},
		{Noise{Steal: 0.05}, "gave 5.0 % of the CPUs' time to other guests"},
		{Noise{Drift: 0.3}, "the clock's rate varied by 30 %"},
	} {
		if list := k.noise.of(quiet).Complaints(); len(list) != 1 || !strings.Contains(list[0], k.want) {
			t.Errorf("%+v: %q, want %q", k.noise, list, k.want)
		}
	}
	disturbed := []Figure{{Unit: "ns", Estimate: Estimate{Spread: 0.4, N: 50, Dropped: 50}}}
	if list := (Noise{}).of(disturbed).Complaints(); len(list) != 2 {
		t.Errorf("%q", list)
	}
}
