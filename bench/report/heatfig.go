package report

import (
	"cmp"
	"fmt"
	"slices"
)

// maxHeat bounds a heat map's rows and columns.
const maxHeat = 60

// heatFigures shows the slowdown of each design against the best under each workload of a machine, on the smallest and the
// largest number of CPUs.
func (r *Results) heatFigures(g *group) (list []*Figure) {
	for _, k := range []struct {
		name string
		pick func([]int) int
	}{{"fewest", slices.Min[[]int]}, {"most", slices.Max[[]int]}} {
		if f := r.heatFigure(g, k.name, k.pick); f != nil {
			list = append(list, f)
		}
	}
	if len(list) == 2 && fmt.Sprint(list[0].Table) == fmt.Sprint(list[1].Table) {
		return list[:1]
	}
	return list
}

func (r *Results) heatFigure(g *group, name string, pick func([]int) int) *Figure {
	cols := columnsOf(g)
	f := &heat{}
	t := Table{Head: []string{"times the best"}}
	for _, c := range cols {
		f.cols, t.Head = append(f.cols, c.label), append(t.Head, c.label)
	}
	var sources []int
	for _, p := range g.panels {
		row, texts, ok := p.heatRow(cols, pick(p.cpus()))
		if !ok || len(f.rows) == maxHeat {
			continue
		}
		f.rows, t.Rows, sources = append(f.rows, row), append(t.Rows, texts), append(sources, p.sources...)
	}
	if len(f.rows) == 0 {
		return nil
	}
	w, h := f.size()
	return &Figure{
		Name: slug("slowdown-" + g.machine + "-" + g.engine + "-" + name), Title: "slowdown against the best on the " + name + " CPUs: " + g.name,
		Note:     "Cost an operation as a multiple of the cheapest design that may win. " + legendOf(g.contests()...),
		Commands: r.commands(sources), Table: t, w: max(figureWidth, w), h: h, draw: f.draw, heat: true,
	}
}

// columnsOf lists the distinct curves of all panels in the order of designs.
func columnsOf(g *group) (cols []*curve) {
	for _, p := range g.panels {
		for _, c := range p.curves {
			if len(cols) < maxHeat && !slices.ContainsFunc(cols, func(k *curve) bool { return k.label == c.label }) {
				cols = append(cols, c)
			}
		}
	}
	slices.SortStableFunc(cols, func(a, b *curve) int { return cmp.Compare(a.place, b.place) })
	return cols
}

// heatRow returns a panel as a row. ok is false where there is no contest.
func (p *Panel) heatRow(cols []*curve, n int) (row heatRow, texts []string, ok bool) {
	col := p.contests[n]
	if !col.decided() {
		return row, nil, false
	}
	best := col.field[0].value(p.Unit)
	row.label = fmt.Sprintf("%s, %s", p.Workload, cpus(n))
	texts = []string{row.label}
	for _, k := range cols {
		i := slices.IndexFunc(p.curves, func(c *curve) bool { return c.label == k.label })
		cell, text := heatCell{}, "–"
		if i >= 0 {
			if pt := p.curves[i].at(n); pt != nil {
				if v, ok := pt.median(p.Unit); ok && v > 0 {
					cell = heatCell{ratio: v / best, mark: col.mark(pt), text: tipText(pt, p.Unit) + ", " + times(v/best) + " the best"}
					text = cell.mark + times(v/best)
				}
			}
		}
		row.cells, texts = append(row.cells, cell), append(texts, text)
	}
	return row, texts, true
}
