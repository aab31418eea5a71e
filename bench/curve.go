package bench

import (
	"slices"
	"strconv"

	"lwbench/bench/record"
)

// dimension is a tunable or parameter with its values.
type dimension struct {
	Name   string
	Values []string
}

// leastCurve is how many values make a tunable or a parameter an axis: two are two rows of a table.
const leastCurve = 3

// curve is what one workload's cycles do along an axis, at one number of CPUs and one choice of all other parameters.
type curve struct {
	title  string
	axis   string
	knob   bool // the axis is a tunable: somebody chooses its value; a parameter is given
	cpus   int
	values []string
	rows   []*curveRow
	others []*curveRow // of designs that the axis does not concern: one value each, under ""
}

// curveRow is one design with one choice of its other tunables.
type curveRow struct {
	label string
	cells map[string]sample // by the axis's value
}

// axes returns the tunables and parameters that take at least leastCurve values in results, those with the most values
// first, and with them their values.
func axes(results []*Result) (list []dimension) {
	for _, r := range results {
		for _, s := range slices.Concat(r.Cell.Set, r.Cell.Param) {
			i := slices.IndexFunc(list, func(a dimension) bool { return a.Name == s.Name })
			if i < 0 {
				i = len(list)
				list = append(list, dimension{Name: s.Name})
			}
			if !slices.Contains(list[i].Values, s.Value) {
				list[i].Values = append(list[i].Values, s.Value)
			}
		}
	}
	list = slices.DeleteFunc(list, func(a dimension) bool { return len(a.Values) < leastCurve })
	slices.SortStableFunc(list, func(a, b dimension) int { return len(b.Values) - len(a.Values) })
	for i := range list {
		sortNumbers(list[i].Values)
	}
	return list
}

// sortNumbers sorts values that are all numbers; others stay as the user gave them.
func sortNumbers(values []string) {
	number := func(s string) float64 {
		x, _ := strconv.ParseFloat(s, 64)
		return x
	}
	for _, v := range values {
		if _, err := strconv.ParseFloat(v, 64); err != nil {
			return
		}
	}
	slices.SortStableFunc(values, func(a, b string) int {
		switch x, y := number(a), number(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}

// valueOf returns the cell's value of a tunable or parameter that it has.
func valueOf(c *Cell, name string) string {
	all := slices.Concat(c.Set, c.Param)
	return all[slices.IndexFunc(all, func(s record.Setting) bool { return s.Name == name })].Value
}

// curves arranges the results of one workload on one machine: each belongs to the curve over the first axis that its cell
// has. A design that has none of the tunables among the axes stands beside each curve over one.
func curves(results []*Result) (list []*curve) {
	all := axes(results)
	var fixed []*Result
	for _, r := range results {
		has := func(settings []record.Setting) func(dimension) bool {
			return func(a dimension) bool {
				return slices.ContainsFunc(settings, func(s record.Setting) bool { return s.Name == a.Name })
			}
		}
		if !slices.ContainsFunc(all, has(r.Cell.Set)) {
			fixed = append(fixed, r)
		}
		i := slices.IndexFunc(all, has(slices.Concat(r.Cell.Set, r.Cell.Param)))
		if i < 0 {
			continue
		}
		axis := all[i].Name
		c := find(&list, curve{
			title: titleOf(r.Cell, axis), axis: axis, knob: has(r.Cell.Set)(all[i]), cpus: r.Cell.CPUs, values: all[i].Values,
		})
		add(&c.rows, labelOf(r.Cell, axis), valueOf(r.Cell, axis), r)
	}
	for _, c := range list {
		for _, r := range fixed {
			if titleOf(r.Cell, "") == c.title && r.Cell.CPUs == c.cpus {
				add(&c.others, labelOf(r.Cell, ""), "", r)
			}
		}
	}
	return list
}

// find returns the curve of that title, axis and CPUs; it is added where there is none.
func find(list *[]*curve, c curve) *curve {
	for _, x := range *list {
		if x.title == c.title && x.axis == c.axis && x.cpus == c.cpus {
			return x
		}
	}
	*list = append(*list, &c)
	return &c
}

func add(rows *[]*curveRow, label, value string, r *Result) {
	i := slices.IndexFunc(*rows, func(x *curveRow) bool { return x.label == label })
	if i < 0 {
		i = len(*rows)
		*rows = append(*rows, &curveRow{label: label, cells: make(map[string]sample)})
	}
	x := (*rows)[i]
	x.cells[value] = append(x.cells[value], r)
}

// best returns the value with the fewest cycles among those that may win; of those that are equal in whole cycles, the
// first. ok is false where none may win.
func (x *curveRow) best(values []string) (value string, cycles float64, ok bool) {
	for _, v := range values {
		c, _, fit := x.cells[v].cycles()
		if fit && (!ok || thousands(c) != thousands(cycles) && c < cycles) {
			value, cycles, ok = v, c, true
		}
	}
	return value, cycles, ok
}

// winner returns the row that may win with the fewest cycles at a value of the axis, as a winner of a table's column; nil
// where nobody competes with it.
func (c *curve) winner(value string) (best *curveRow) {
	least, rivals := 0.0, 0
	for _, x := range c.rows {
		n, _, fit := x.cells[value].cycles()
		if !fit {
			continue
		}
		if rivals++; best == nil || n < least {
			best, least = x, n
		}
	}
	if rivals < 2 {
		return nil
	}
	return best
}
