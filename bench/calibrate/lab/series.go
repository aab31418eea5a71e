package lab

import (
	"fmt"
	"math"

	"lwbench/bench/spread"
)

// Series is a list of samples of one figure.
type Series struct {
	Values  []float64 // nanoseconds per operation, or the figure's unit
	Dropped int       // samples during which a thread was descheduled
}

// Add adds a sample, or counts it as dropped.
func (s *Series) Add(v float64, clean bool) {
	if !clean || math.IsNaN(v) || math.IsInf(v, 0) {
		s.Dropped++
		return
	}
	s.Values = append(s.Values, v)
}

// Estimate is the result of a series.
type Estimate struct {
	Median  float64
	Spread  float64 // median distance of the samples from Median, over Median
	N       int     // samples kept
	Dropped int
}

// LeastSamples is the number of samples that an estimate needs.
const LeastSamples = 15

// errFew is the error of a series with too few samples.
type errFew struct{ kept, dropped int }

func (e errFew) Error() string {
	return fmt.Sprintf("only %d of %d samples were undisturbed", e.kept, e.kept+e.dropped)
}

// Estimate returns the median and its spread.
func (s *Series) Estimate() (Estimate, error) {
	e := Estimate{N: len(s.Values), Dropped: s.Dropped}
	if e.N < LeastSamples {
		return e, errFew{e.N, e.Dropped}
	}
	of, err := spread.Of(s.Values)
	if err != nil {
		return e, err
	}
	e.Median, e.Spread = of.Median, math.Abs(of.Relative())
	return e, nil
}

// Minus estimates a difference. Its spread is that of both, in quadrature, over the difference: a small difference of
// large figures is uncertain.
func (e Estimate) Minus(f Estimate) Estimate {
	d := Estimate{Median: e.Median - f.Median, N: min(e.N, f.N), Dropped: e.Dropped + f.Dropped}
	if d.Median != 0 {
		d.Spread = math.Hypot(e.Spread*e.Median, f.Spread*f.Median) / math.Abs(d.Median)
	}
	return d
}

// Unresolved reports whether the estimate is too uncertain, or has the wrong sign, to be a cost.
func (e Estimate) Unresolved() bool { return e.N < LeastSamples || e.Median <= 0 || e.Spread > 0.5 }
