package calibrate

import (
	"errors"
	"math"

	"lwbench/bench/spread"
)

// flushSizes lists the numbers of pages whose mappings are removed at once.
func flushSizes() []int {
	return []int{1, 2, 4, 8, 12, 16, 20, 24, 28, 30, 32, 33, 34, 35, 36, 40, 44, 48, 56, 64, 80, 96}
}

// flush is derived from the cost of invalidating n pages: the ceiling in pages, and the cost of one page and of
// everything in nanoseconds.
type flush struct {
	ceiling   int
	page, all float64
	off       float64 // mean distance of the costs from the two lines
}

// errNoCeiling is the error if the cost of invalidating more pages rises steadily.
var errNoCeiling = errors.New("the cost of invalidating more pages shows no ceiling above which everything is flushed")

// line is a straight line.
type line struct{ at0, slope float64 }

// fit returns a straight line through the points that is robust against a few outliers, and the total distance of the
// points from it.
func fit(x, y []float64) (l line, off float64, err error) {
	if l.slope, err = slope(x, y); err != nil {
		return l, 0, err
	}
	rest := make([]float64, len(x))
	for i := range x {
		rest[i] = y[i] - l.slope*x[i]
	}
	if l.at0, err = spread.Median(rest); err != nil {
		return l, 0, err
	}
	for i := range rest {
		off += math.Abs(rest[i] - l.at0)
	}
	return l, off, nil
}

// readFlush finds the ceiling: the size at which two straight lines, one through the sizes up to it and one through
// those above, fit the cost best. cost is in nanoseconds. The cost of a page is that of its PTE on one CPU and of its
// invalidation on both at the same time; above the ceiling it is that of its PTE.
func readFlush(sizes []int, cost []float64) (f flush, err error) {
	const few = 4 // minimum points for a line
	x := make([]float64, len(sizes))
	for i, n := range sizes {
		x[i] = float64(n)
	}
	var below, above line
	least, at := math.Inf(1), 0
	for i := few; i+few <= len(sizes); i++ {
		lo, off1, err1 := fit(x[:i], cost[:i])
		hi, off2, err2 := fit(x[i:], cost[i:])
		if err := errors.Join(err1, err2); err != nil {
			return f, err
		}
		if off1+off2 < least {
			least, at, below, above = off1+off2, i, lo, hi
		}
	}
	step := below.at0 + below.slope*x[at] - above.at0 - above.slope*x[at] // how much cheaper the first size above is
	mean := least / float64(len(sizes))
	if step < 3*mean || below.slope <= above.slope {
		return flush{}, errNoCeiling
	}
	return flush{ceiling: sizes[at-1], page: below.slope - above.slope, all: above.at0 - below.at0, off: mean}, nil
}
