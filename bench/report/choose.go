package report

import (
	"fmt"
	"maps"
	"slices"

	"lwbench/bench"
	"lwbench/bench/record"
)

// Panels lists the panels in the order of the list of workloads.
func (r *Results) Panels() []*Panel { return r.panels }

// Labels returns the names of the panel's curves: designs with the tunables that were set.
func (p *Panel) Labels() (list []string) {
	for _, c := range p.curves {
		list = append(list, c.label)
	}
	return list
}

// Units lists the units of the panel's cells in the order of result files. Unknown units follow, sorted by name.
func (p *Panel) Units() (list []string) {
	have := map[string]bool{}
	for _, pt := range p.points() {
		for u := range pt.vals {
			have[u] = true
		}
	}
	for _, u := range bench.Virtual().AllUnits() {
		if have[u.Name] {
			list = append(list, u.Name)
			delete(have, u.Name)
		}
	}
	return append(list, slices.Sorted(maps.Keys(have))...)
}

// Only returns the panel with the curves of the given labels, or with all if none matches. Curves keep their looks.
func (p *Panel) Only(labels []string) *Panel {
	q := *p
	q.curves = slices.DeleteFunc(slices.Clone(p.curves), func(c *curve) bool {
		return len(labels) > 0 && !slices.Contains(labels, c.label)
	})
	if len(q.curves) == 0 {
		q.curves = p.curves
	}
	q.judge()
	return &q
}

// Over returns the figure of a unit against the number of CPUs, or nil if there is only one number of CPUs.
func (r *Results) Over(p *Panel, unit string) *Figure {
	f := r.costFigure(p, unit)
	if f != nil {
		f.Commands = r.commands(p.sources)
	}
	return f
}

// Legend explains the marks of the panel's tables.
func (p *Panel) Legend() string { return legendOf(p.inOrder()...) }

// Values returns the table of a unit by curve and number of CPUs.
func (p *Panel) Values(unit string) Table { return p.table(unit) }

// Cells returns the names of the panel's cells: "lwbuf on 64 CPUs".
func (p *Panel) Cells() (list []string) {
	for _, pt := range p.points() {
		list = append(list, pt.title())
	}
	return list
}

// Useful returns two cells that are worth comparing: at the largest number of CPUs where designs compete, the cheapest
// and the next that does not tie with it, or else the last. Without competition it returns the first and the last cell.
func (p *Panel) Useful() (a, b string) {
	all := p.cpus()
	for _, n := range slices.Backward(all) {
		c := p.contests[n]
		if c == nil || len(c.field) < 2 {
			continue
		}
		next := c.field[min(c.ties, len(c.field)-1)]
		return c.field[0].title(), next.title()
	}
	cells := p.Cells()
	return cells[0], cells[len(cells)-1]
}

func (p *point) title() string { return p.curve.label + " on " + cpus(p.cpus) }

// Pair compares two cells, by the names that Cells returns: where their cycles go, and a table of every unit with the
// second as a multiple of the first. The figure is nil if the cells have no costs by kind.
func (r *Results) Pair(p *Panel, a, b string) (*Figure, Table, error) {
	var cells [2]*point
	all := p.points()
	for i, name := range []string{a, b} {
		at := slices.IndexFunc(all, func(pt *point) bool { return pt.title() == name })
		if at < 0 {
			return nil, Table{}, fmt.Errorf("no cell %q in %s", record.OneLine(name), p.title())
		}
		cells[i] = all[at]
	}
	t := Table{Head: []string{"unit", a, b, "second / first"}}
	for _, u := range p.Units() {
		x, okX := cells[0].median(u)
		y, okY := cells[1].median(u)
		if !okX || !okY {
			continue
		}
		ratio := "–"
		if x > 0 {
			ratio = times(y / x)
		}
		t.Rows = append(t.Rows, []string{u, number(x, u), number(y, u), ratio})
	}
	return r.pairFigure(p, cells), t, nil
}

// pairFigure is the breakdown of two cells.
func (r *Results) pairFigure(p *Panel, cells [2]*point) *Figure {
	groups := costGroups()
	block := barBlock{title: "share of cycles/op (in all at the right)"}
	for _, pt := range cells {
		if !pt.wantBreakdown(groups) {
			return nil
		}
		row := barOf(pt, groups)
		row.label = pt.title()
		block.rows = append(block.rows, row)
	}
	f := newBars(groups, []barBlock{block})
	return &Figure{
		Name: "pair", Title: "where the cycles go: " + p.title(), Commands: r.commands(p.sources),
		w: figureWidth, h: f.height(figureWidth - 8), draw: f.draw,
	}
}
