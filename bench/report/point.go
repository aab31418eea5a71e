package report

import "slices"

// point is one cell: a curve at one number of CPUs.
type point struct {
	cpus int
	vals map[string][]float64 // by unit, a value for each repetition
	over bool                 // live, on fewer host cores than it has CPUs
}

// median returns the middle of the repetitions (the mean of the middle two), and whether the unit was measured.
func (p *point) median(unit string) (float64, bool) {
	list := p.vals[unit]
	if len(list) == 0 {
		return 0, false
	}
	s := slices.Clone(list)
	slices.Sort(s)
	n := len(s)
	return s[(n-1)/2]/2 + s[n/2]/2, true
}

// mean returns the mean of the repetitions: the means of parts add up to the mean of the whole.
func (p *point) mean(unit string) float64 {
	list := p.vals[unit]
	sum := 0.0
	for _, v := range list {
		sum += v / float64(len(list))
	}
	return sum
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

// wrong reports whether the oracles found the cell at fault in any repetition: it never wins.
func (p *point) wrong() bool {
	_, stale := p.span("stale")
	_, faults := p.span("faults")
	return stale > 0 || faults > 0
}
