// Package spread summarizes a few figures: the CPUs of one run, or the repetitions of one cell.
//
// It is the only package that uses github.com/montanaflynn/stats. Whether two results differ is decided in package compare by
// the tests of benchmath, and in package report by its judge.
package spread

import (
	"errors"
	"fmt"
	"math"

	"github.com/montanaflynn/stats"
)

// Spread summarizes values, in their own unit.
type Spread struct {
	N                      int
	Mean, Median, Min, Max float64
	MAD                    float64 // median of the distances from the median
	CV                     float64 // standard deviation (of the population) over the mean; 0 if all are equal
	MinMax                 float64 // smallest over largest; 1 if all are equal
}

// Relative returns MAD as a share of the median; 0 if the median is 0.
func (s *Spread) Relative() float64 {
	if s.Median == 0 {
		return 0
	}
	return s.MAD / s.Median
}

// Of summarizes values without changing them. CV and MinMax are meaningless for negative values. An empty list, NaN
// and infinities are errors. It is safe for concurrent use.
func Of(values []float64) (Spread, error) {
	if len(values) == 0 {
		return Spread{}, errors.New("no values")
	}
	for _, v := range values { // the library accepts them, and then every figure is NaN
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Spread{}, fmt.Errorf("%v among the values", v)
		}
	}
	s := Spread{N: len(values), MinMax: 1}
	var deviation float64
	for _, f := range []struct {
		to *float64
		of func(stats.Float64Data) (float64, error)
	}{
		{&s.Mean, stats.Mean},
		{&s.Median, stats.Median},
		{&s.Min, stats.Min},
		{&s.Max, stats.Max},
		{&s.MAD, stats.MedianAbsoluteDeviation},
		{&deviation, stats.StandardDeviationPopulation},
	} {
		v, err := f.of(values)
		if err != nil {
			return Spread{}, err
		}
		*f.to = v
	}
	if s.Min != s.Max { // the deviation of equal values must be 0 despite rounding of the mean
		s.CV, s.MinMax = deviation/s.Mean, s.Min/s.Max
	}
	return s, nil
}

// Median returns the median of values and does not change them. An empty list is an error.
func Median(values []float64) (float64, error) { return stats.Median(values) }

// Percentile returns the value below which p percent of values lie, p above 0 and at most 100, and does not change them. An
// empty list and another p are errors.
func Percentile(values []float64, p float64) (float64, error) { return stats.Percentile(values, p) }
