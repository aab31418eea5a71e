package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"lwbench/bench/record"
	"lwbench/bench/report"
)

// within is the multiple of the cheapest cost up to which a design could win.
const within = 4

// column is a contest: a workload on a number of CPUs, with the designs that could win.
type column struct {
	workload string
	cpus     int
	designs  []string
}

func (c column) String() string { return fmt.Sprintf("%s/%d", c.workload, c.cpus) }

// cell names a cell of the default sweep.
type cell struct {
	column string
	design string
}

// figures are the results of each cell by which it is judged: of a cell that ran again the last one, of repetitions with other seeds
// the first.
func figures(list []*record.Result) map[cell]*record.Result {
	m := make(map[cell]*record.Result)
	for _, r := range list {
		k := cell{column{workload: r.Workload, cpus: r.CPUs}.String(), r.Design}
		if run := r.Get(record.KeyRun); m[k] == nil || run == "" || record.Replaces(run) {
			m[k] = r
		}
	}
	return m
}

// cost is 0 for a cell without one.
func cost(r *record.Result) float64 {
	v, _ := r.Value("cycles/op")
	return v
}

// columns returns the columns of the default sweep, those on few CPUs first.
func columns(list []*record.Result) (cs []column) {
	cells := make(map[string][]*record.Result)
	for k, r := range figures(list) {
		cells[k.column] = append(cells[k.column], r)
	}
	for _, rs := range cells {
		slices.SortFunc(rs, func(a, b *record.Result) int { return cmp.Compare(cost(a), cost(b)) })
		cheapest := slices.IndexFunc(rs, func(r *record.Result) bool { return !floor(r.Design) })
		c := column{workload: rs[0].Workload, cpus: rs[0].CPUs}
		for _, r := range rs {
			if cheapest >= 0 && cost(r) <= within*cost(rs[cheapest]) {
				c.designs = append(c.designs, r.Design)
			}
		}
		cs = append(cs, c)
	}
	slices.SortFunc(cs, func(a, b column) int { return cmp.Or(cmp.Compare(a.cpus, b.cpus), cmp.Compare(a.workload, b.workload)) })
	return cs
}

// floor reports whether a design maps nothing, and so is no contestant.
func floor(name string) bool {
	for _, d := range lists().Designs {
		if d.Name == name {
			return d.Floor
		}
	}
	return false
}

// winners returns who wins or ties in a column, in the words of the report.
func winners(list []*record.Result, of []column) (map[string]string, error) {
	r := report.New(lists())
	if err := r.Add(&record.File{Results: list}); err != nil {
		return nil, err
	}
	m := make(map[string]string)
	for _, p := range r.Panels() {
		for _, c := range of {
			if p.Workload != c.workload {
				continue
			}
			names := p.Leaders(c.cpus)
			slices.Sort(names) // which of a tie is the cheapest does not matter
			switch len(names) {
			case 0:
				m[c.String()] = "undecided"
			case 1:
				m[c.String()] = names[0]
			default:
				m[c.String()] = strings.Join(names, ", ") + " tie"
			}
		}
	}
	return m, nil
}

// compare prints the winners of the columns and the errors of their cells, and returns in how many columns the winners differ.
func compare(w io.Writer, done []column, short, long []*record.Result) (differ int, err error) {
	was, err := winners(short, done)
	if err != nil {
		return 0, err
	}
	is, err := winners(long, done)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(w, "== winners and ties: %d columns\n", len(done))
	for _, c := range done {
		name := c.String()
		fmt.Fprintf(w, "%s: %s\n", name, was[name])
		if is[name] != was[name] {
			differ++
			fmt.Fprintf(w, "%s, long: %s\n", name, is[name])
		}
	}
	printErrors(w, figures(short), figures(long))
	return differ, nil
}

// printErrors prints how far the figures of the default sweep are from those of the long runs.
func printErrors(w io.Writer, short, long map[cell]*record.Result) {
	off := func(k cell) float64 {
		a, b := cost(short[k]), cost(long[k])
		return max(a, b)/min(a, b) - 1
	}
	cells := slices.SortedFunc(maps.Keys(long), func(a, b cell) int { return cmp.Or(cmp.Compare(off(a), off(b)), cmp.Compare(a.column, b.column)) })
	var all, steady []float64
	for _, k := range cells {
		all = append(all, 100*off(k))
		if code, _ := short[k].Value(record.Unsteady); code == 0 {
			steady = append(steady, 100*off(k))
		}
	}
	quantiles := func(what string, e []float64) {
		if n := len(e); n > 0 {
			fmt.Fprintf(w, "== %s: %d cells, median %.1f %%, p95 %.1f %%, largest %.1f %%\n", what, n, e[(n-1)/2], e[(n*19+10)/20-1], e[n-1])
		}
	}
	quantiles("error of a cell", all)
	quantiles("of those called steady", steady)
	fmt.Fprintln(w, "== the largest: error in %, column, design, default, long, code of unsteady")
	for _, k := range cells[max(0, len(cells)-20):] {
		code, _ := short[k].Value(record.Unsteady)
		fmt.Fprintf(w, "%.2f %s %s %.1f %.1f %v\n", 100*off(k), k.column, k.design, cost(short[k]), cost(long[k]), code)
	}
}
