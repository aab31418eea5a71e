package bench

import (
	"fmt"
	"slices"

	"lwbench/allocators"
)

// sample is the repetitions of one cell: one number of a table.
type sample []*Result

// cycles returns the mean cycles of an operation, whether there is any result, and whether it may win: a design that made
// a stale access, or declares a fault, may not.
func (s sample) cycles() (mean float64, there, fit bool) {
	fit = len(s) > 0
	for _, r := range s {
		mean += ratio(int64(r.Out.Cycles), r.Out.Ops) / float64(len(s))
		fit = fit && !r.Stale() && r.Cell.Design.KnownFault == ""
	}
	return mean, len(s) > 0, fit
}

// stale reports whether any of the results made a stale access.
func (s sample) stale() bool { return slices.ContainsFunc(s, (*Result).Stale) }

// reuse returns the mean share of allocs that found the page mapped.
func (s sample) reuse() (mean float64) {
	for _, r := range s {
		mean += ratio(r.Out.Reuses, r.Out.Allocs) / float64(len(s))
	}
	return mean
}

func (s sample) design() *allocators.Design { return s[0].Cell.Design }

func ratio(n, of int64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// thousands prints whole cycles with separators.
func thousands(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// factor prints how many times one beats another.
func factor(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.2f", x)
}
