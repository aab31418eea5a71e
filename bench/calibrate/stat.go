package calibrate

import (
	"fmt"
	"math"
	"slices"

	"github.com/montanaflynn/stats"
)

// Series is a row of samples of one figure.
type Series struct {
	Values  []float64 // nanoseconds an operation, or whatever the figure is in
	Dropped int       // samples during which a thread was switched away from
}

// add keeps a sample, or counts it as dropped.
func (s *Series) add(v float64, clean bool) {
	if !clean || math.IsNaN(v) || math.IsInf(v, 0) {
		s.Dropped++
		return
	}
	s.Values = append(s.Values, v)
}

// Estimate is what a series says.
type Estimate struct {
	Median  float64
	Spread  float64 // the median distance of the samples from Median, by Median
	N       int     // samples kept
	Dropped int
}

// leastSamples is how many samples an estimate needs.
const leastSamples = 15

// errFew says that a series has too few samples.
type errFew struct{ kept, dropped int }

func (e errFew) Error() string {
	return fmt.Sprintf("only %d of %d samples were undisturbed", e.kept, e.kept+e.dropped)
}

// estimate returns the median and its spread.
func (s *Series) estimate() (Estimate, error) {
	e := Estimate{N: len(s.Values), Dropped: s.Dropped}
	if e.N < leastSamples {
		return e, errFew{e.N, e.Dropped}
	}
	var err error
	if e.Median, err = stats.Median(s.Values); err != nil {
		return e, err
	}
	mad, err := stats.MedianAbsoluteDeviation(s.Values)
	if err != nil {
		return e, err
	}
	if e.Median != 0 {
		e.Spread = math.Abs(mad / e.Median)
	}
	return e, nil
}

// minus is the estimate of a difference. Its spread is that of both, in quadrature, by the difference: a small difference of
// large figures is uncertain, and says so.
func (e Estimate) minus(f Estimate) Estimate {
	d := Estimate{Median: e.Median - f.Median, N: min(e.N, f.N), Dropped: e.Dropped + f.Dropped}
	if d.Median != 0 {
		d.Spread = math.Hypot(e.Spread*e.Median, f.Spread*f.Median) / math.Abs(d.Median)
	}
	return d
}

// times is the estimate of a multiple.
func (e Estimate) times(k float64) Estimate {
	e.Median *= k
	return e
}

// unresolved reports whether the estimate is too uncertain, or has the wrong sign, to be a cost.
func (e Estimate) unresolved() bool { return e.N < leastSamples || e.Median <= 0 || e.Spread > 0.5 }

// slope fits a straight line through the points by the median of all pairwise slopes (Theil and Sen), which one outlier
// does not move.
func slope(x, y []float64) (float64, error) {
	var all []float64
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				all = append(all, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	return stats.Median(all)
}

// knee returns the index of the last point before a series of costs leaves one level for a higher one: the last one that has
// gone less than a tenth of the way. ok is false where the levels do not differ by least, or where no point is on either.
func knee(y []float64, before, after, least float64) (at int, ok bool) {
	if after-before < least {
		return 0, false
	}
	left := before + (after-before)/10
	for i := len(y) - 1; i >= 0; i-- {
		if y[i] < left {
			return i, i+1 < len(y)
		}
	}
	return 0, false
}

// Noise is how quiet the host was during a calibration.
type Noise struct {
	Others  float64 // threads of other processes that were running or ready, on average
	Steal   float64 // share of the CPUs' time that the hypervisor gave to other guests
	Dropped float64 // share of the samples during which a thread was switched away from
	Spread  float64 // median spread of the figures
	Drift   float64 // by how much the slowest measurement of the clock lies below the fastest
}

// The most of each that a claim allows.
const (
	mostOthers  = 0.2
	mostSteal   = 0.01
	mostDropped = 0.1
	mostSpread  = 0.1
	mostDrift   = 0.1
)

// Complaints says why the host was not quiet, one line each; none where it was.
func (n Noise) Complaints() (list []string) {
	for _, k := range []struct {
		got, most float64
		text      string
	}{
		{n.Others, mostOthers, "%.1f threads of other processes were running on average (at most %.1f)"},
		{100 * n.Steal, 100 * mostSteal, "the hypervisor gave %.1f %% of the CPUs' time to other guests (at most %.0f %%)"},
		{100 * n.Dropped, 100 * mostDropped, "%.0f %% of the samples were disturbed by a context switch (at most %.0f %%)"},
		{100 * n.Spread, 100 * mostSpread, "half of the figures spread by more than %.0f %% (at most %.0f %%)"},
		{100 * n.Drift, 100 * mostDrift, "the clock's rate varied by %.0f %% (at most %.0f %%)"},
	} {
		if k.got > k.most {
			list = append(list, fmt.Sprintf(k.text, k.got, k.most))
		}
	}
	return list
}

// of fills in what the figures themselves say.
func (n Noise) of(figures []Figure) Noise {
	var spreads []float64
	kept, dropped := 0, 0
	for _, f := range figures {
		if f.Err == nil && !f.counted() {
			spreads = append(spreads, f.Spread)
		}
		kept += f.N
		dropped += f.Dropped
	}
	if len(spreads) > 0 {
		slices.Sort(spreads)
		n.Spread = spreads[len(spreads)/2]
	}
	if kept+dropped > 0 {
		n.Dropped = float64(dropped) / float64(kept+dropped)
	}
	return n
}
