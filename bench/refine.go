package bench

import (
	"fmt"
	"math"
	"slices"

	"lwbench/bench/record"
)

// What a cell of Refine is run for, as its result says under record.KeyRun.
const (
	runLonger = record.Longer // until it is steady, though it takes more operations than a cell of a grid may
	runSeed   = "seed %d"     // with another seed: one more repetition
	longer    = 8             // times as many operations
	moreSeeds = 2             // beside the first
	tieBand   = 0.02          // designs whose costs differ by less are tied, however sure they are
)

// Refine returns the cells that should be run beside those of a grid, whose first results are given, because they decide who
// wins and are not sure enough: a cell that may have the least cost and has not settled, or is imprecise beside others that
// may have it, is run for longer; where the lead of the cheapest over the second could pass for a tie, or a tie for a lead,
// both are run with more seeds. What a cell of a grid measures never depends on the others; which cells are run again does.
//
// Cells with a given warm-up or number of operations, real input, repetitions or real threads are as the user wants them.
func Refine(cells []*Cell, results []*record.Result) (again []*Cell) {
	first := make(map[record.Key]*record.Result)
	for _, r := range results {
		if first[r.Key()] == nil {
			first[r.Key()] = r
		}
	}
	var columns []*column
	find := make(map[string]*column)
	for _, c := range cells {
		r := first[c.Key()]
		if r == nil || c.Until == nil || c.Reps > 1 || c.ReadsInput() || c.Design.Floor || c.Design.KnownFault != "" || r.Wrong() {
			continue
		}
		name := fmt.Sprint(c.Machine.Name, c.Workload.Name, c.Param, c.CPUs)
		if find[name] == nil {
			find[name] = new(column)
			columns = append(columns, find[name])
		}
		find[name].add(c, r)
	}
	for _, k := range columns {
		again = append(again, k.refine()...)
	}
	return again
}

// column is the cells that compete with each other.
type column []candidate

// candidate is a cell and the range in which its cost may lie.
type candidate struct {
	cell      *Cell
	cost      float64
	half      float64 // its half-width, as a fraction
	lo, hi    float64
	unsettled bool
	wide      bool // less precise than asked for
}

func (k *column) add(c *Cell, r *record.Result) {
	get := func(unit string) float64 {
		v, _ := r.Value(unit)
		return v
	}
	x := candidate{cell: c, cost: get(c.Engine.Cost), half: get(record.HalfWidth)}
	if get(record.StarvedCPUs) > 0 || x.cost <= 0 {
		return
	}
	x.lo, x.hi = x.cost*(1-x.half), x.cost*(1+x.half)
	why := get(record.Unsteady)
	x.wide = why == record.WideSpread
	if why == record.GrowingKVA || why == record.Drifting {
		x.unsettled = true
		drift := get(record.Drift) // it may go on twice as far
		x.lo, x.hi = min(x.lo, x.cost*(1+2*min(0, drift))), max(x.hi, x.cost*(1+2*max(0, drift)))
	}
	*k = append(*k, x)
}

// refine returns the cells that leave the winner of the column open.
func (k *column) refine() (again []*Cell) {
	if len(*k) < 2 {
		return nil
	}
	slices.SortStableFunc(*k, func(a, b candidate) int {
		switch {
		case a.cost < b.cost:
			return -1
		case a.cost > b.cost:
			return 1
		}
		return 0
	})
	least := math.Inf(1) // the most that the cheapest can cost
	for _, x := range *k {
		least = min(least, x.hi)
	}
	near := slices.DeleteFunc(slices.Clone(*k), func(x candidate) bool { return x.lo > least*(1+tieBand) })
	for _, x := range near {
		if x.unsettled || x.wide && len(near) > 1 {
			again = append(again, x.cell.again(runLonger, 0))
		}
	}
	if len(again) > 0 {
		return again
	}
	first, second := (*k)[0], (*k)[1]
	lead, sure := second.cost/first.cost-1, first.half+second.half
	if math.Abs(lead-tieBand) > sure {
		return nil
	}
	for _, x := range (*k)[:2] {
		for seed := range moreSeeds {
			again = append(again, x.cell.again(fmt.Sprintf(runSeed, x.cell.Seed+uint64(seed)+1), seed+1))
		}
	}
	return again
}

// again returns the cell to be run once more.
func (c *Cell) again(run string, rep int) *Cell {
	x := *c
	x.refine, x.Rep = run, rep
	if run == runLonger {
		until := c.Until.Longer(longer)
		x.Until = &until
	}
	return &x
}
