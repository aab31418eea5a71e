package record

import (
	"slices"

	"lwbench/bench/workload"
)

// The units of exposure: for how long after its last free a page can still be reached through a PTE or a TLB entry.
const (
	ExposureMedian = "exposure-p50"
	ExposureP99    = "exposure-p99"
	ExposureMax    = "exposure-max"
	ExposedPages   = "exposed-pages"
)

// ExposureUnits lists the units of exposure, in file order. A cell has them on request only, because they slow its run
// down.
func ExposureUnits() []Unit {
	const after = "cycles for which a page could be reached after its last free, through a PTE or a TLB"
	unit := func(name, doc string, of func(*workload.Exposure) float64) Unit {
		return Unit{name, doc, "lower", func(o *workload.Outcome) float64 {
			if o.Exposure == nil {
				return 0
			}
			return of(o.Exposure)
		}}
	}
	return []Unit{
		unit(ExposureMedian, after+": median over the whole run (at most 1/32 too large)", func(x *workload.Exposure) float64 { return float64(x.Median) }),
		unit(ExposureP99, "99th percentile of the same", func(x *workload.Exposure) float64 { return float64(x.P99) }),
		unit(ExposureMax, "exact maximum of the same", func(x *workload.Exposure) float64 { return float64(x.Max) }),
		unit(ExposedPages, "most pages that could be reached after their last free, at once", func(x *workload.Exposure) float64 { return float64(x.Most) }),
	}
}

// Tradeoff is the cost of a cell and how long its pages are exposed: the 99th percentile. Both are in cycles.
type Tradeoff struct{ Cost, Exposed float64 }

// Beats reports whether t is at most o in both, and less in one.
func (t Tradeoff) Beats(o Tradeoff) bool {
	return t.Cost <= o.Cost && t.Exposed <= o.Exposed && t != o
}

// exposes reports whether u is a unit of exposure.
func (u *Unit) exposes() bool {
	return slices.Contains([]string{ExposureMedian, ExposureP99, ExposureMax, ExposedPages}, u.Name)
}
