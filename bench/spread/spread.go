// Package spread describes how a few figures lie: those of the CPUs of one run, or of repetitions of one cell.
//
// It is descriptive statistics (github.com/montanaflynn/stats), for reading. Whether two results differ is for package
// compare, with benchmath's tests.
package spread

import (
	"errors"
	"fmt"
	"math"

	"github.com/montanaflynn/stats"
)

// Spread describes some values, in their own unit.
type Spread struct {
	N                      int
	Mean, Median, Min, Max float64
	MAD                    float64 // median of the distances from the median
	CV                     float64 // standard deviation (of the population) over the mean; 0 where all are equal
	MinMax                 float64 // smallest over largest; 1 where all are equal
}

// Relative returns MAD as a share of the median; 0 where the median is 0.
func (s *Spread) Relative() float64 {
	if s.Median == 0 {
		return 0
	}
	return s.MAD / s.Median
}

// Of describes values, which it leaves as they are. Negative values have no CV and no MinMax that mean anything; none at
// all, NaN and infinities are errors. Several goroutines may call it at once.
func Of(values []float64) (Spread, error) {
	if len(values) == 0 {
		return Spread{}, errors.New("no values")
	}
	for _, v := range values { // the library lets them pass, and every figure is NaN
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
	if s.Min != s.Max { // equal values have no deviation, whatever rounding makes of their mean
		s.CV, s.MinMax = deviation/s.Mean, s.Min/s.Max
	}
	return s, nil
}
