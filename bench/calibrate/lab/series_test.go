package lab

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// series makes a series of n samples that alternate around v by off.
func series(v, off float64, n int) *Series {
	s := new(Series)
	for i := range n {
		s.Add(v+off*float64(i%3-1), true)
	}
	return s
}

func TestEstimate(t *testing.T) {
	s := series(100, 10, 30)
	s.Add(1e9, true) // one outlier must not change the result
	s.Add(5, false)
	s.Add(math.NaN(), true)
	e, err := s.Estimate()
	if err != nil {
		t.Fatal(err)
	}
	if (e != Estimate{Median: 100, Spread: 0.1, N: 31, Dropped: 2}) {
		t.Errorf("%+v", e)
	}
	few := series(1, 0, LeastSamples-1)
	few.Dropped = 40
	_, err = few.Estimate()
	if want := (errFew{LeastSamples - 1, 40}); !errors.Is(err, want) || !strings.Contains(err.Error(), "only 14 of 54") {
		t.Error(err)
	}
}

func TestDifference(t *testing.T) {
	a, b := Estimate{Median: 110, Spread: 0.03, N: 50, Dropped: 1}, Estimate{Median: 100, Spread: 0.04, N: 40, Dropped: 2}
	d := a.Minus(b)
	if d.Median != 10 || d.N != 40 || d.Dropped != 3 || math.Abs(d.Spread-math.Hypot(3.3, 4)/10) > 1e-9 {
		t.Errorf("%+v", d)
	}
	if !d.Unresolved() {
		t.Error("a difference of 10 ± 5 counts as resolved")
	}
	if !b.Minus(a).Unresolved() {
		t.Error("a negative cost counts as resolved")
	}
	if (Estimate{Median: 5, Spread: 0.4, N: 40}).Unresolved() {
		t.Error("5 ± 2 counts as unresolved")
	}
}
