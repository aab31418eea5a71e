package here

import (
	"math"
	"time"

	"lwbench/bench/calibrate/lab"
	"lwbench/bench/spread"
)

// A comparison is made in rounds. Each measures the kernel's costs and every pattern briefly, one after the other, so
// that a host that changes its pace does so for the costs and the patterns alike: the error of a prediction is the
// median over the rounds of predicted over measured, both of the same round.

const (
	// wantRounds is the number of rounds that a comparison needs, undisturbed by others.
	wantRounds = 25
	// mostRounds is the number of rounds after which it makes do with disturbed ones, marked as such.
	mostRounds = 75
	// mostTime is the time after which no further round starts.
	mostTime = 60 * time.Second
	// leastValues is the number of undisturbed samples that a figure of one round needs.
	leastValues = 5
)

// round is what one round measured.
type round struct {
	costs    Costs
	measured []float64 // of each row, ns an operation; NaN if too few samples were undisturbed
	load     lab.Load  // of others
}

// median returns the median of the samples, or NaN if there are too few.
func median(s *lab.Series) float64 {
	if len(s.Values) < leastValues {
		return math.NaN()
	}
	m, err := spread.Median(s.Values)
	if err != nil {
		return math.NaN()
	}
	return m
}

// undisturbed returns the rounds in which no other process disturbed the host. Only the load decides, never what was
// measured.
func undisturbed(rounds []round) (list []round) {
	for _, r := range rounds {
		if !r.load.Disturbed() {
			list = append(list, r)
		}
	}
	return list
}

// judge fills the rows from the rounds: with the undisturbed ones if there are enough of them. predict returns the
// prediction for row i with the costs of a round, in ns.
func (r *Result) judge(rounds []round, predict func(c *Costs, i int) (float64, error)) error {
	r.Rounds = len(rounds)
	quiet := undisturbed(rounds)
	r.Quiet = len(quiet)
	if r.Quiet >= wantRounds {
		rounds = quiet
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		row.predicted, row.measured = make([]float64, len(rounds)), make([]float64, len(rounds))
		for k := range rounds {
			p, err := predict(&rounds[k].costs, i)
			if err != nil {
				return err
			}
			row.predicted[k], row.measured[k] = p, rounds[k].measured[i]
		}
		row.summarize()
	}
	r.Costs = medianCosts(rounds)
	return nil
}

// summarize computes the medians of a row from its rounds.
func (r *Row) summarize() {
	var predicted, ratios []float64
	measured := new(lab.Series)
	for k, m := range r.measured {
		if measured.Add(m, m > 0); m > 0 {
			predicted, ratios = append(predicted, r.predicted[k]), append(ratios, r.predicted[k]/m)
		}
	}
	if r.Measured, r.Err = measured.Estimate(); r.Err != nil {
		return
	}
	for _, q := range []struct {
		to   *float64
		from []float64
		p    float64
	}{{&r.Predicted, predicted, 50}, {&r.Ratio, ratios, 50}, {&r.Low, ratios, 25}, {&r.High, ratios, 75}} {
		if *q.to, r.Err = spread.Percentile(q.from, q.p); r.Err != nil {
			return
		}
	}
}

// below returns the share of the rounds in which a is less than b, and of those in which it is more; rounds without
// both do not count.
func below(a, b []float64) (less, more float64) {
	n := 0.0
	for k := range min(len(a), len(b)) {
		if math.IsNaN(a[k]) || math.IsNaN(b[k]) {
			continue
		}
		n++
		if a[k] < b[k] {
			less++
		} else if a[k] > b[k] {
			more++
		}
	}
	return less / max(1, n), more / max(1, n)
}
