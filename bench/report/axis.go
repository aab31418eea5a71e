package report

import (
	"cmp"
	"slices"
	"strconv"

	"lwbench/bench/record"
)

// leastValues is the number of values that makes a tunable or parameter an axis. Two values are two rows of a table.
const leastValues = 3

// axis is a tunable or parameter that takes several values.
type axis struct {
	name   string
	values []string
}

// line is the cost along an axis, on one machine, at one number of CPUs, with all other parameters fixed.
type line struct {
	title   string
	panel   *Panel // one of those along the line
	axis    axis
	tunable bool // the user chooses the value; otherwise it is a parameter of the workload
	cpus    int
	rows    []*lineRow
	others  []*lineRow // designs without the tunable: one point each, under ""
}

// lineRow is one design with its other tunables fixed.
type lineRow struct {
	label string
	at    map[string]*point // by the axis's value
}

// settings returns the tunables and parameters of a point.
func (p *point) settings() []record.Setting { return slices.Concat(p.curve.set, p.curve.panel.params) }

// points returns all cells of panels, in order.
func points(panels []*Panel) (list []*point) {
	for _, p := range panels {
		list = append(list, p.points()...)
	}
	return list
}

// points returns the cells of the panel: curve by curve, by number of CPUs.
func (p *Panel) points() (list []*point) {
	for _, c := range p.curves {
		list = append(list, c.points...)
	}
	return list
}

// named reports of a setting whether it is the one of that name.
func named(name string) func(record.Setting) bool {
	return func(s record.Setting) bool { return s.Name == name }
}

// axesOf returns the tunables and parameters that take at least leastValues values, those with the most values first.
func axesOf(points []*point) (list []axis) {
	for _, p := range points {
		for _, s := range p.settings() {
			i := slices.IndexFunc(list, func(a axis) bool { return a.name == s.Name })
			if i < 0 {
				i = len(list)
				list = append(list, axis{name: s.Name})
			}
			if !slices.Contains(list[i].values, s.Value) {
				list[i].values = append(list[i].values, s.Value)
			}
		}
	}
	list = slices.DeleteFunc(list, func(a axis) bool { return len(a.values) < leastValues })
	slices.SortStableFunc(list, func(a, b axis) int { return len(b.values) - len(a.values) })
	for i := range list {
		sortNumbers(list[i].values)
	}
	return list
}

// sortNumbers sorts values that are all numbers; others stay in the user's order.
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
	slices.SortStableFunc(values, func(a, b string) int { return cmp.Compare(number(a), number(b)) })
}

// linesOf arranges the cells of one workload on one machine. Each belongs to the line over the first axis that it
// has; a design without any of these tunables is shown with each line over one.
func linesOf(panels []*Panel) (list []*line) {
	all := points(panels)
	axes := axesOf(all)
	var fixed []*point
	for _, p := range all {
		has := func(settings []record.Setting) func(axis) bool {
			return func(a axis) bool { return slices.ContainsFunc(settings, named(a.name)) }
		}
		if !slices.ContainsFunc(axes, has(p.curve.set)) {
			fixed = append(fixed, p)
		}
		i := slices.IndexFunc(axes, has(p.settings()))
		if i < 0 {
			continue
		}
		l := find(&list, line{
			title: p.curve.panel.titleBut(axes[i].name), panel: p.curve.panel, axis: axes[i], tunable: has(p.curve.set)(axes[i]), cpus: p.cpus,
		})
		settings := p.settings()
		value := settings[slices.IndexFunc(settings, named(axes[i].name))].Value
		addRow(&l.rows, p.curve.labelBut(axes[i].name), value, p)
	}
	for _, l := range list {
		for _, p := range fixed {
			if p.curve.panel.titleBut("") == l.title && p.cpus == l.cpus {
				addRow(&l.others, p.curve.label, "", p)
			}
		}
	}
	return list
}

// find returns the line of that title, axis and CPUs, and adds it if it does not exist.
func find(list *[]*line, l line) *line {
	for _, x := range *list {
		if x.title == l.title && x.axis.name == l.axis.name && x.cpus == l.cpus {
			return x
		}
	}
	*list = append(*list, &l)
	return &l
}

func addRow(rows *[]*lineRow, label, value string, p *point) {
	i := slices.IndexFunc(*rows, func(x *lineRow) bool { return x.label == label })
	if i < 0 {
		i = len(*rows)
		*rows = append(*rows, &lineRow{label: label, at: make(map[string]*point)})
	}
	(*rows)[i].at[value] = p
}

// values lists the row's points in the order of the axis; nil for missing ones.
func (x *lineRow) values(a axis) (list []*point) {
	for _, v := range a.values {
		list = append(list, x.at[v])
	}
	return list
}

// contests judges the line. Over a tunable each row is a separate contest, for the best value; over a parameter each
// value is one, for the best design. The contest of each point is returned for its mark.
func (l *line) contests() map[*point]*contest {
	in := make(map[*point]*contest)
	keep := func(c *contest) {
		for p := range c.states {
			in[p] = c
		}
	}
	if l.tunable {
		for _, x := range l.rows {
			c := judge(l.panel.Unit, x.values(l.axis))
			if c.ties == len(c.field) { // the value makes no difference
				for p, s := range c.states {
					if s == tied {
						c.states[p] = ranked
					}
				}
			}
			keep(c)
		}
		return in
	}
	for _, v := range l.axis.values {
		var column []*point
		for _, x := range l.rows {
			column = append(column, x.at[v])
		}
		keep(judge(l.panel.Unit, column))
	}
	return in
}
