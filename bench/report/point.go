package report

import (
	"slices"

	"lwbench/bench/record"
	"lwbench/bench/spread"
)

// point is one cell: a curve at one number of CPUs, with all repetitions.
type point struct {
	curve *curve
	cpus  int
	vals  map[string][]float64 // by unit, a value for each repetition
	hot   string               // the most expensive source line, or empty
	runs  []string             // record.KeyRun of each repetition
	over  bool                 // real threads, on fewer host cores than CPUs
	again bool                 // it was to run again when its sweep was interrupted
}

// median returns the median of the repetitions, and whether the unit was measured.
func (p *point) median(unit string) (float64, bool) {
	list := p.vals[unit]
	if len(list) == 1 {
		return list[0], true
	}
	s, err := spread.Of(list)
	return s.Median, err == nil
}

// value returns the median, or 0 if the unit was not measured.
func (p *point) value(unit string) float64 {
	v, _ := p.median(unit)
	return v
}

// mean returns the mean of the repetitions: the means of the parts add up to the mean of the whole.
func (p *point) mean(unit string) float64 {
	s, _ := spread.Of(p.vals[unit]) // without values it is 0
	return s.Mean
}

// spread returns the spread of the repetitions: the median distance from the median, over the median.
func (p *point) spread(unit string) float64 {
	s, _ := spread.Of(p.vals[unit])
	return s.Relative()
}

// span returns the least and the greatest of the repetitions.
func (p *point) span(unit string) (lo, hi float64) {
	if list := p.vals[unit]; len(list) > 0 {
		return slices.Min(list), slices.Max(list)
	}
	return 0, 0
}

// reps is the number of repetitions.
func (p *point) reps(unit string) int { return len(p.vals[unit]) }

// interval returns the range of the repetitions, widened to the half-width in the result.
func (p *point) interval(unit string) (lo, hi float64) {
	v, half := p.value(unit), p.value(record.HalfWidth)
	lo, hi = p.span(unit)
	return min(lo, v*(1-half)), max(hi, v*(1+half))
}

// wrong reports whether the oracles found a stale access or another fault in any repetition.
func (p *point) wrong() bool {
	_, stale := p.span("stale")
	_, faults := p.span("faults")
	return stale > 0 || faults > 0
}
