package calibrate

import "lwbench/bench/spread"

// slope fits a straight line through the points by the median of all pairwise slopes (Theil and Sen), which is robust
// against outliers.
func slope(x, y []float64) (float64, error) {
	var all []float64
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				all = append(all, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	return spread.Median(all)
}

// knee returns the index of the last point before a series of costs leaves one level for a higher one: the last one
// less than a tenth of the way up. ok is false if the levels differ by less than least, or if no point is on either.
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
