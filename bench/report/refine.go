package report

import (
	"cmp"
	"math"
	"slices"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
)

// moreSeeds is the number of further seeds for two cells whose order is uncertain.
const moreSeeds = 2

// The rounds of Refine.
const (
	precisely = iota
	longer
	longest
	Rounds // their number
)

// Rerun runs again the cells of a grid that decide who wins and are too uncertain, in rounds: each has those that Refine chooses by the
// results so far. It ends with the first error.
func Rerun(l plan.Lists, cells []*bench.Cell, results func() []*record.Result, run func(more []*bench.Cell) error) error {
	for round := range Rounds {
		more, err := Refine(l, cells, results(), round)
		if err == nil {
			err = run(more)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Refine returns the cells of a grid to run again in a round, counted from 0, given the results so far, because they
// decide who wins and are too uncertain. A rough cell that costs little more than the cheapest, or could, runs
// precisely. A cell that may be the cheapest and is unsettled or imprecise runs longer, and in the next round, if that
// did not decide it, longest: most contests are decided long before their cells have settled. If the lead of the
// cheapest over the second could be a tie, or a tie a lead, both run with more seeds. The figures of a cell never
// depend on other cells; only the choice of cells to run again does. It depends on the results of earlier rounds alone,
// so that a run that was interrupted chooses the same.
//
// It leaves out cells with a given warm-up or number of operations, real input, repetitions, and real threads.
func Refine(lists plan.Lists, cells []*bench.Cell, results []*record.Result, round int) (again []*bench.Cell, err error) {
	known := []string{"", record.Precise, record.Longer}[:round+1]
	results = slices.DeleteFunc(slices.Clone(results), func(r *record.Result) bool { return !slices.Contains(known, r.Get(record.KeyRun)) })
	r := New(lists)
	if err := r.Add(&record.File{Results: results}); err != nil {
		return nil, err
	}
	at := make(map[record.Key]*point)
	for _, p := range points(r.panels) {
		at[p.key()] = p
	}
	ran := make(map[*contest]bool) // its cells ran longer
	for _, r := range results {
		if k := r.Key(); k.Run == record.Longer {
			k.Run = ""
			if p := at[k]; p != nil {
				ran[p.curve.panel.contests[p.cpus]] = true
			}
		}
	}
	steady := make(map[*point]*bench.Cell) // the cells that may be run again
	var contests []*contest                // in the order of the cells
	for _, c := range cells {
		p := at[c.Key()]
		if p == nil || c.Until == nil || c.Reps > 1 || c.ReadsInput() {
			continue
		}
		steady[p] = c
		k := p.curve.panel.contests[p.cpus]
		if !slices.Contains(contests, k) {
			contests = append(contests, k)
		}
		if round == precisely && k.rough(p, c) {
			again = append(again, c.Precise())
		}
	}
	for _, k := range contests {
		if round == longer || round == longest && ran[k] {
			again = append(again, k.more(steady, round)...)
		}
	}
	return again, nil
}

// near is the cost of a cell, as a multiple of the cheapest's, up to which it is worth a precise figure.
const near = 1.25

// rough reports whether the result of a cell is rough, and the cell costs little more than the cheapest, or could.
func (c *contest) rough(p *point, cell *bench.Cell) bool {
	lo, _ := couldBe(p, c.unit)
	return p.screened() && cell.Until.Rough > 0 && lo <= near*c.least(c.field)
}

// least is the most that the cheapest of the points can cost.
func (c *contest) least(points []*point) float64 {
	least := math.Inf(1)
	for _, p := range points {
		_, hi := couldBe(p, c.unit)
		least = min(least, hi)
	}
	return least
}

// more returns the cells to run longer, or longest, or else with more seeds.
func (c *contest) more(cells map[*point]*bench.Cell, round int) (again []*bench.Cell) {
	near, rivals := c.uncertain(cells)
	for _, p := range near {
		if round == longer {
			again = append(again, cells[p].Longer())
		} else {
			again = append(again, cells[p].Longest())
		}
	}
	if round == longer {
		for _, p := range rivals {
			for i := range moreSeeds {
				again = append(again, cells[p].Reseeded(i+1))
			}
		}
	}
	return again
}

// key identifies the cell of a point under the virtual clock.
func (p *point) key() record.Key {
	panel := p.curve.panel
	name := record.Name{Workload: panel.bare, Params: panel.params, Design: p.curve.design, Set: p.curve.set, CPUs: p.cpus}
	return record.Key{Engine: panel.Engine, Machine: panel.Machine, Name: name.String()}
}

// uncertain returns those of the given cells that leave the winner undecided and could be settled or more precise, or
// else the two cheapest if their order is uncertain.
func (c *contest) uncertain(cells map[*point]*bench.Cell) (again, rivals []*point) {
	field := slices.Clone(c.field)
	for p, s := range c.states {
		if s == unsteady {
			field = append(field, p)
		}
	}
	field = slices.DeleteFunc(field, func(p *point) bool { return cells[p] == nil })
	if len(field) < 2 {
		return nil, nil
	}
	slices.SortFunc(field, func(a, b *point) int { // map order is random
		return cmp.Or(cmp.Compare(a.value(c.unit), b.value(c.unit)), cmp.Compare(a.curve.place, b.curve.place), cmp.Compare(a.curve.nth, b.curve.nth))
	})
	least := c.least(field)
	near := slices.DeleteFunc(slices.Clone(field), func(p *point) bool {
		lo, _ := couldBe(p, c.unit)
		return lo > least*(1+tieBand)
	})
	for i, p := range near {
		dearer := near[i : i+1] // of the pairs with the cheapest
		if i == 0 {
			dearer = near[1:]
		}
		imprecise := p.value(record.Unsteady) == record.WideSpread && slices.ContainsFunc(dearer, func(b *point) bool { return c.doubtful(near[0], b) })
		if c.states[p] == unsteady || imprecise {
			again = append(again, p)
		}
	}
	if len(again) > 0 {
		return again, nil
	}
	if !c.doubtful(field[0], field[1]) {
		return nil, nil
	}
	return nil, field[:2]
}

// doubtful reports whether the half-widths leave it open whether b, which is not cheaper than a, ties with it.
func (c *contest) doubtful(a, b *point) bool {
	lead := b.value(c.unit)/a.value(c.unit) - 1
	return math.Abs(lead-tieBand) <= a.value(record.HalfWidth)+b.value(record.HalfWidth)
}
