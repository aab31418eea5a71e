package plan

import (
	"fmt"
	"slices"
	"strings"

	"lwbench/allocators"
	"lwbench/bench"
	"lwbench/bench/input"
	"lwbench/bench/record"
	"lwbench/bench/steady"
	"lwbench/bench/workload"
	"lwbench/mmu"
)

// Axis is a tunable or parameter with the values that it takes in a grid.
type Axis struct {
	Name   string
	Values []string
}

// Grid is a checked sweep: the lists whose product is its cells.
type Grid struct {
	Why       string
	Designs   []*allocators.Design
	Workloads []*workload.Workload
	CPUs      []int
	Machines  []*mmu.Spec
	Set       []Axis // sorted by name
	Param     []Axis // sorted by name
	Fixed     bool   // Warmup and Ops say what counts of a cell; otherwise it runs until it is steady
	Ops       int
	Warmup    int
	Reps      int
	Seed      uint64
	Engine    *bench.Engine
	NoIPICost bool // real threads: see bench.Cell
	Expect    []*Expectation
	Unchecked []string // expectations that Narrow has taken out

	own   map[record.Key]bool // the cells that Expect is about; nil: all
	Files *input.Files        // opens the input files of cells, or nil: then they are opened by name
}

// Narrow restricts the expectations to the cells of file, the grid of the sweep file without flags: they are about no
// others. It takes out those that flags have left no cell for. One that has no cell in the file either is a mistake of
// the file, and fails.
func (g *Grid) Narrow(file *Grid) {
	g.own = make(map[record.Key]bool)
	all := file.Cells()
	for _, c := range all {
		g.own[c.Key()] = true
	}
	cells := slices.DeleteFunc(g.Cells(), func(c *bench.Cell) bool { return !g.own[c.Key()] })
	g.Expect = slices.DeleteFunc(g.Expect, func(e *Expectation) bool {
		if e.applies(cells) || !e.applies(all) {
			return false
		}
		g.Unchecked = append(g.Unchecked, e.Text)
		return true
	})
}

// Check returns an error for each expectation that does not hold.
func (g *Grid) Check(results []*record.Result) (failed []error) {
	if g.own != nil {
		results = slices.DeleteFunc(slices.Clone(results), func(r *record.Result) bool {
			k := r.Key()
			k.Run = "" // a cell that ran again
			return !g.own[k]
		})
	}
	for _, e := range g.Expect {
		if err := e.Check(results); err != nil {
			failed = append(failed, err)
		}
	}
	return failed
}

// CheckInputs reports an input file of a cell that holds nothing to run.
func (g *Grid) CheckInputs() error {
	for _, w := range g.Workloads {
		if w.CheckInput == nil {
			continue
		}
		for _, choice := range product(ofWorkload(g.Param, w)) {
			values := bench.Values(choice)
			if !w.Reads(values) {
				continue
			}
			if err := w.CheckInput(&workload.Cell{Params: values, Files: g.Files}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Cells returns the grid's cells in the order of the result file: machine, workload and its parameters, design and its
// tunables, CPUs, repetition. On real threads every cell runs once before any is repeated. A tunable multiplies only the
// cells of the designs that have it. A design that lacks what the workload needs has no cell: see NotApplicable.
func (g *Grid) Cells() []*bench.Cell {
	var cells []*bench.Cell
	for _, m := range g.Machines {
		for _, w := range g.Workloads {
			for _, params := range product(ofWorkload(g.Param, w)) {
				for _, d := range g.Designs {
					if w.Lacks(d, bench.Values(params)) != "" {
						continue
					}
					for _, set := range product(ofDesign(g.Set, d)) {
						cells = g.add(cells, bench.Cell{Machine: m, Workload: w, Param: params, Design: d, Set: set})
					}
				}
			}
		}
	}
	if !g.Engine.Exact { // a disturbance of the host must not hit all repetitions of one cell
		slices.SortStableFunc(cells, func(a, b *bench.Cell) int { return a.Rep - b.Rep })
	}
	return cells
}

// NotApplicable returns a line for each workload and reason for which designs cannot run it: "exec: n/a for quickpage,
// kmap-atomic: a CPU sleeps while it holds a mapping".
func (g *Grid) NotApplicable() []string {
	var lines []string
	for _, w := range g.Workloads {
		var reasons []string
		lacking := map[string][]string{} // design names by reason
		for _, params := range product(ofWorkload(g.Param, w)) {
			for _, d := range g.Designs {
				why := w.Lacks(d, bench.Values(params))
				if why == "" || slices.Contains(lacking[why], d.Name) {
					continue
				}
				if lacking[why] == nil {
					reasons = append(reasons, why)
				}
				lacking[why] = append(lacking[why], d.Name)
			}
		}
		for _, why := range reasons {
			lines = append(lines, fmt.Sprintf("%s: n/a for %s: %s", w.Name, strings.Join(lacking[why], ", "), why))
		}
	}
	return lines
}

// add appends c once for each number of CPUs and repetition.
func (g *Grid) add(cells []*bench.Cell, c bench.Cell) []*bench.Cell {
	c.Tuning = tuning(c.Set, c.Design)
	c.Ops, c.Warmup, c.Seed = g.Ops, g.Warmup, g.Seed
	if c.ReadsInput() {
		c.Warmup = 0 // a cell goes through its input once, and all of it counts
	}
	c.Files = g.Files
	c.Engine, c.NoIPICost, c.Reps = g.Engine, g.NoIPICost, g.Reps
	for _, n := range g.CPUs {
		for rep := range g.Reps {
			cell := c
			cell.CPUs, cell.Rep = n, rep
			if !g.Fixed {
				full := steady.Full(n)
				cell.Until = &full
			}
			cells = append(cells, &cell)
		}
	}
	return cells
}

// product returns every choice of one value from each axis. Without axes that is one empty choice.
func product(axes []Axis) [][]record.Setting {
	all := [][]record.Setting{nil}
	for _, a := range axes {
		var next [][]record.Setting
		for _, head := range all {
			for _, v := range a.Values {
				next = append(next, append(head[:len(head):len(head)], record.Setting{Name: a.Name, Value: v}))
			}
		}
		all = next
	}
	return all
}

// ofDesign returns the axes that d has as tunables.
func ofDesign(axes []Axis, d *allocators.Design) []Axis {
	return keep(axes, func(name string) bool {
		_, ok := d.Tunable(name)
		return ok
	})
}

// ofWorkload returns the axes that w has as parameters.
func ofWorkload(axes []Axis, w *workload.Workload) []Axis {
	return keep(axes, func(name string) bool {
		return slices.ContainsFunc(w.Params, func(p workload.Param) bool { return p.Name == name })
	})
}

func keep(axes []Axis, own func(name string) bool) []Axis {
	return slices.DeleteFunc(slices.Clone(axes), func(a Axis) bool { return !own(a.Name) })
}

// tuning parses values that checkTunable has accepted.
func tuning(set []record.Setting, d *allocators.Design) allocators.Tuning {
	t := make(allocators.Tuning)
	for _, s := range set {
		k, ok := d.Tunable(s.Name)
		n, err := k.Parse(s.Value)
		if !ok || err != nil {
			panic("plan: unchecked tunable " + s.Name + "=" + s.Value)
		}
		t[s.Name] = n
	}
	return t
}
