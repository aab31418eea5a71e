package compare

import (
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchproc"

	"lwbench/bench/record"
)

// Verdict is the outcome of a comparison with the base.
type Verdict int

// The verdicts. None is for a cell without a base; Same for no change, noise, or a change up to the threshold; Changed
// for a unit without a better direction.
const (
	None Verdict = iota
	Same
	Better
	Worse
	Changed
)

// String returns the word in tables.
func (v Verdict) String() string { return [...]string{"", "", "better", "worse", "changed"}[v] }

// Table is one unit under one configuration.
type Table struct {
	Unit       string
	Config     [][2]string // key and value, in the order of the table expression
	Rows, Cols []string
	Cells      [][]*Cell // by row, then column; nil if there is no result
	Means      []Mean    // by column

	cols   []benchproc.Key
	better int // +1, -1, or 0 if neither direction is better
}

// Cell is one measured quantity.
type Cell struct {
	Summary    benchmath.Summary
	Comparison benchmath.Comparison // with Base
	Base       *Cell                // the cell in the first column of the row; nil in that column, and if that one is empty
	Verdict    Verdict
	Wrong      bool    // one of its results has stale accesses or other faults: it never counts as better
	Half       float64 // the largest half-width of a cost, as a fraction of it, or 0
	Warnings   []error

	sample *benchmath.Sample
}

// Delta formats the change from the base as benchstat does: a percentage, "~" for noise, "?" from zero.
func (c *Cell) Delta() string {
	if c.Base == nil {
		return ""
	}
	return c.Comparison.FormatDelta(c.Base.Summary.Center, c.Summary.Center)
}

// change returns the change from the base as a fraction of it; infinite from zero, 0 for noise.
func (c *Cell) change() float64 {
	was, is := c.Base.Summary.Center, c.Summary.Center
	switch {
	case was == is, c.Comparison.P > c.Comparison.Alpha:
		return 0
	case was == 0:
		return math.Copysign(math.Inf(1), is)
	}
	return (is - was) / math.Abs(was)
}

// judge sets the verdict. The cost of wrong answers is meaningless: a cell that becomes wrong is worse, one that stays
// wrong is never better, and a cell is never worse than a wrong base.
func (c *Cell) judge(t *Table, threshold float64) {
	c.Verdict = c.compare(t.better, threshold)
	switch {
	case record.FaultUnit(t.Unit) || t.better == 0:
	case c.Wrong && !c.Base.Wrong && slices.Contains(headline, t.Unit):
		c.Verdict = Worse
	case c.Wrong && c.Verdict == Better:
		c.Verdict = Same
	case c.Base.Wrong && c.Verdict == Worse:
		c.Verdict = Changed
	}
}

// compare returns the verdict on the figures alone. better is the sign of an improvement, or 0.
func (c *Cell) compare(better int, threshold float64) Verdict {
	by := c.change()
	const rounding = 1e-12 // 105 is 5 % more than 100, but 5.000000000000004 % in floating point
	switch {
	case math.Abs(by) <= threshold+rounding && !(threshold == 0 && by != 0):
		return Same
	case better == 0:
		return Changed
	case by > 0 == (better > 0):
		return Better
	}
	return Worse
}
