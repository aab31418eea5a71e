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

// Rounds is the number of rounds of Refine.
const Rounds = 2

// Refine returns the cells of a grid to run again in a round, counted from 0, given the results so far, because they decide who wins and are
// too uncertain. A cell that may be the cheapest and is unsettled or imprecise runs longer, and in the next round, if that did not decide
// it, longest: most contests are decided long before their cells have settled. If the lead of the cheapest over the second could be a
// tie, or a tie a lead, both run with more seeds. The figures of a cell never depend on other cells; only the choice of
// cells to run again does. It depends on the results of earlier rounds alone, so that a run that was interrupted chooses the same.
//
// It leaves out cells with a given warm-up or number of operations, real input, repetitions, and real threads.
func Refine(lists plan.Lists, cells []*bench.Cell, results []*record.Result, round int) (again []*bench.Cell, err error) {
	first := slices.DeleteFunc(slices.Clone(results), func(r *record.Result) bool {
		run := r.Get(record.KeyRun)
		return run != "" && (round == 0 || run != record.Longer)
	})
	longer := make(map[record.Key]bool)
	for _, r := range first {
		if k := r.Key(); k.Run != "" {
			k.Run = ""
			longer[k] = true
		}
	}
	r := New(lists)
	if err := r.AddFile(&record.File{Results: first}); err != nil {
		return nil, err
	}
	at := make(map[record.Key]*point)
	for _, p := range points(r.panels) {
		at[p.key()] = p
	}
	steady := make(map[*point]*bench.Cell) // the cells that may be run again
	var contests []*contest                // in the order of the cells
	for _, c := range cells {
		p := at[c.Key()]
		if p == nil || c.Until == nil || c.Reps > 1 || c.ReadsInput() {
			continue
		}
		steady[p] = c
		if k := p.curve.panel.contests[p.cpus]; !slices.Contains(contests, k) {
			contests = append(contests, k)
		}
	}
	for _, k := range contests {
		near, rivals := k.uncertain(steady)
		switch ran := func(p *point) bool { return longer[p.key()] }; {
		case round == 0 && len(near) > 0:
			for _, p := range near {
				again = append(again, steady[p].Longer())
			}
		case round == 0:
			for _, p := range rivals {
				for i := range moreSeeds {
					again = append(again, steady[p].Reseeded(i+1))
				}
			}
		case k.any(ran):
			for _, p := range near {
				again = append(again, steady[p].Longest())
			}
		}
	}
	return again, nil
}

// any reports whether a cell of the contest satisfies is.
func (c *contest) any(is func(*point) bool) bool {
	for p := range c.states {
		if is(p) {
			return true
		}
	}
	return false
}

// key identifies the cell of a point under the virtual clock.
func (p *point) key() record.Key {
	panel := p.curve.panel
	name := record.Name{Workload: panel.bare, Params: panel.params, Design: p.curve.design, Set: p.curve.set, CPUs: p.cpus}
	return record.Key{Engine: panel.Engine, Machine: panel.Machine, Name: name.String()}
}

// uncertain returns those of the given cells that leave the winner undecided and could be settled or more precise, or else the two
// cheapest if their order is uncertain.
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
	least := math.Inf(1) // the most that the cheapest can cost
	for _, p := range field {
		_, hi := couldBe(p, c.unit)
		least = min(least, hi)
	}
	near := slices.DeleteFunc(slices.Clone(field), func(p *point) bool {
		lo, _ := couldBe(p, c.unit)
		return lo > least*(1+tieBand)
	})
	for _, p := range near {
		if c.states[p] == unsteady || p.value(record.Unsteady) == record.WideSpread && len(near) > 1 {
			again = append(again, p)
		}
	}
	if len(again) > 0 {
		return again, nil
	}
	a, b := field[0], field[1]
	if lead := b.value(c.unit)/a.value(c.unit) - 1; math.Abs(lead-tieBand) > a.value(record.HalfWidth)+b.value(record.HalfWidth) {
		return nil, nil
	}
	return nil, field[:2]
}
