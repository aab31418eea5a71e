package calibrate

import "testing"

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
		t.Error("accepted a rise of 1, want at least 2")
	}
}
