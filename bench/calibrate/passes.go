package calibrate

import (
	"cmp"
	"fmt"
	"slices"

	"lwbench/bench/calibrate/lab"
	"lwbench/internal/texttab"
)

// All probes run in several passes, because a host changes its pace for seconds at a time: a figure is the median over
// the passes of the medians of its samples, so that no spell decides it.

const (
	// wantPasses is the number of passes that a calibration needs, undisturbed by others.
	wantPasses = 7
	// mostPasses is the number of passes after which it makes do with disturbed ones, and says so.
	mostPasses = 12
)

// pass is what one pass measured.
type pass struct {
	figures []Figure
	load    lab.Load // of others
}

// again is the name of a probe, with the reason why there are more passes than wanted: disturbed ones do not count.
func again(probe string, disturbed int) string {
	if disturbed == 0 {
		return probe
	}
	return fmt.Sprintf("%s (%s disturbed by other processes, repeated)", probe, texttab.Count(disturbed, "pass"))
}

// undisturbed returns the passes that others did not disturb if there are enough of them, otherwise all. Only the load decides,
// never what was measured.
func undisturbed(passes []pass) []pass {
	quiet := slices.DeleteFunc(slices.Clone(passes), func(p pass) bool { return p.load.Disturbed() })
	if len(quiet) >= wantPasses {
		return quiet
	}
	return passes
}

// merge combines passes, which all have the same figures in the same order, and returns their mean load.
func merge(passes []pass) (figures []Figure, load lab.Load) {
	for i := range passes[0].figures {
		var of []Figure
		for _, p := range passes {
			of = append(of, p.figures[i])
		}
		figures = append(figures, middle(of))
	}
	for _, p := range passes {
		load.Others += p.load.Others / float64(len(passes))
		load.Steal += p.load.Steal / float64(len(passes))
	}
	return figures, load
}

// middle combines one figure of several passes: the median of those that have an estimate, an existing value because a
// count must stay whole, if at least half of the passes have one. Its spread is that within a pass or that of the
// passes, whichever is larger.
func middle(of []Figure) Figure {
	have := slices.DeleteFunc(slices.Clone(of), func(f Figure) bool { return f.Err != nil })
	if 2*len(have) < len(of) {
		for _, f := range of {
			if f.Err != nil {
				if len(have) > 0 {
					f.Err = fmt.Errorf("in %d of %d passes: %w", len(of)-len(have), len(of), f.Err)
				}
				return f
			}
		}
	}
	m := func(of []Figure, get func(f *Figure) float64) float64 {
		return get(&slices.SortedFunc(slices.Values(of), func(a, b Figure) int { return cmp.Compare(get(&a), get(&b)) })[(len(of)-1)/2])
	}
	f := have[0]
	f.Median = m(have, func(f *Figure) float64 { return f.Median })
	f.Spread = m(have, func(f *Figure) float64 { return f.Spread })
	if f.Median != 0 {
		f.Spread = max(f.Spread, m(have, func(g *Figure) float64 { return max(g.Median-f.Median, f.Median-g.Median) })/max(f.Median, -f.Median))
	}
	f.N, f.Dropped = 0, 0
	for _, g := range of {
		f.N, f.Dropped = f.N+g.N, f.Dropped+g.Dropped
	}
	return f
}
