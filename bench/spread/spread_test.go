package spread_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lwbench/bench/spread"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(1, math.Abs(b)) }

// TestByHand: 2 4 4 4 5 5 7 9 has mean 5, median 4.5 and deviation 2; the sorted distances from 4.5 are 0.5 0.5 0.5
// 0.5 0.5 2.5 2.5 4.5, so that their median is 0.5.
func TestByHand(t *testing.T) {
	for _, x := range []struct {
		values []float64
		want   spread.Spread
	}{
		{[]float64{9, 2, 4, 5, 4, 7, 4, 5}, spread.Spread{N: 8, Mean: 5, Median: 4.5, Min: 2, Max: 9, MAD: 0.5, CV: 0.4, MinMax: 2. / 9}},
		{[]float64{3}, spread.Spread{N: 1, Mean: 3, Median: 3, Min: 3, Max: 3, MinMax: 1}},
		{[]float64{0, 0}, spread.Spread{N: 2, MinMax: 1}},
		{[]float64{0, 0, 0, 8}, spread.Spread{N: 4, Mean: 2, Max: 8, CV: math.Sqrt(3)}}, // one of four CPUs works
		{[]float64{0.1, 0.1, 0.1}, spread.Spread{N: 3, Mean: 0.1, Median: 0.1, Min: 0.1, Max: 0.1, MinMax: 1}},
		{[]float64{1, 2, 6}, spread.Spread{N: 3, Mean: 3, Median: 2, Min: 1, Max: 6, MAD: 1, CV: math.Sqrt(14./3) / 3, MinMax: 1. / 6}},
	} {
		before := slices.Clone(x.values)
		got, err := spread.Of(x.values)
		same := got.N == x.want.N && near(got.Mean, x.want.Mean) && near(got.Median, x.want.Median) && near(got.Min, x.want.Min) &&
			near(got.Max, x.want.Max) && near(got.MAD, x.want.MAD) && near(got.CV, x.want.CV) && near(got.MinMax, x.want.MinMax)
		if err != nil || !same {
			t.Errorf("%v: %+v (%v), want %+v", x.values, got, err, x.want)
		}
		if !slices.Equal(before, x.values) {
			t.Errorf("%v became %v", before, x.values)
		}
	}
	for _, bad := range [][]float64{nil, {1, math.NaN()}, {math.Inf(1)}} {
		if s, err := spread.Of(bad); err == nil {
			t.Errorf("%v: %+v", bad, s)
		}
	}
}

// TestOrderAndScale: neither the order nor the unit of the values changes their relative spread.
func TestOrderAndScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0.001, 1e6), 1, 40).Draw(t, "values")
		scaled := slices.Clone(values)
		slices.Reverse(scaled)
		for i := range scaled {
			scaled[i] *= 1024
		}
		a, err1 := spread.Of(values)
		b, err2 := spread.Of(scaled)
		if err1 != nil || err2 != nil || math.Abs(a.CV-b.CV) > 1e-9 || math.Abs(a.MinMax-b.MinMax) > 1e-9 || math.Abs(a.MAD*1024-b.MAD) > 1e-6*(1+b.Max) {
			t.Fatalf("%+v (%v), %+v (%v)", a, err1, b, err2)
		}
	})
}
