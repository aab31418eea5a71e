package report

import (
	"fmt"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// exposureFigure shows the cost of each design against the 99th percentile of its exposure, at the largest number of
// CPUs. It is nil if no cell has measured its exposure.
func exposureFigure(p *Panel) *Figure {
	curves, note := p.drawn()
	all := p.cpus()
	most := all[len(all)-1]
	f := &scatter{
		xName: record.ExposureP99 + ", cycles that a page is reachable after its last free", yName: p.Unit,
		xUnit: p.Unit, yUnit: p.Unit,
	}
	zero := ""
	for _, c := range curves {
		pt := c.at(most)
		if pt == nil || !pt.exposes() {
			continue
		}
		d := spot{x: pt.value(record.ExposureP99), y: pt.value(p.Unit), label: c.label, look: lookOf(c), wrong: pt.wrong(), front: p.unbeaten(pt)}
		d.text = fmt.Sprintf("%s; reachable after a page's last free: median %s, 99th percentile %s, largest %s cycles, %s at once", tipText(pt, p.Unit),
			texttab.Thousands(pt.value(record.ExposureMedian)), texttab.Thousands(d.x), texttab.Thousands(pt.value(record.ExposureMax)),
			texttab.Count(int64(pt.value(record.ExposedPages)), "page"))
		if d.x < 1 {
			d.x, zero = 1, " 0 is drawn at 1."
		}
		f.spots = append(f.spots, d)
	}
	if len(f.spots) == 0 {
		return nil
	}
	return &Figure{
		Name: "exposure", Title: "cost against exposure on " + cpus(most),
		Note:  "Left and down is better. The dotted line joins the designs that no other beats in both." + zero + note,
		Table: exposureTable(p, ""), w: figureWidth, h: figureHeight, draw: f.draw,
	}
}

// exposes reports whether the cell has measured its exposure.
func (p *point) exposes() bool {
	_, ok := p.median(record.ExposureP99)
	return ok && p.value(p.curve.panel.Unit) > 0
}

// exposureUnits are the columns of a table of exposure after the cost.
var exposureUnits = [...]struct{ unit, head string }{
	{record.ExposureMedian, "median"}, {record.ExposureP99, "p99"}, {record.ExposureMax, "max"}, {record.ExposedPages, "pages"},
}

// exposureTable lists the cost and the exposure of each cell. "*" marks those that no other of as many CPUs beats in
// both, cost and 99th percentile; the others have the text plain in its place.
func exposureTable(p *Panel, plain string) Table {
	t := Table{Head: []string{"exposure", "CPUs", p.Unit}}
	for _, u := range exposureUnits {
		t.Head = append(t.Head, u.head)
	}
	for _, n := range p.cpus() {
		for _, c := range p.curves {
			pt := c.at(n)
			if pt == nil || !pt.exposes() {
				continue
			}
			mark := plain
			if p.unbeaten(pt) {
				mark = "*"
			}
			row := []string{mark + c.label, texttab.Thousands(float64(n)), number(pt.value(p.Unit), p.Unit)}
			for _, u := range exposureUnits {
				row = append(row, texttab.Thousands(pt.value(u.unit)))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// unbeaten reports whether no other cell of as many CPUs costs less without being exposed for longer, or the reverse.
func (p *Panel) unbeaten(pt *point) bool {
	of := func(o *point) record.Tradeoff {
		return record.Tradeoff{Cost: o.value(p.Unit), Exposed: o.value(record.ExposureP99)}
	}
	for _, c := range p.curves {
		if o := c.at(pt.cpus); o != nil && o.exposes() && !o.wrong() && of(o).Beats(of(pt)) {
			return false
		}
	}
	return !pt.wrong()
}

// exposureText writes the table of exposure for a terminal, if the panel has one.
func (t *terminal) exposureText(p *Panel) {
	list := exposureTable(p, " ")
	if len(list.Rows) == 0 {
		return
	}
	t.say("%s: cycles that a page is reachable after its last free, and pages at once", p.title())
	tab := &texttab.Table{Indent: "  ", Align: "l" + strings.Repeat("r", len(list.Head)-1)}
	list.Head[0] = " "
	for _, row := range append([][]string{list.Head}, list.Rows...) {
		tab.Row(row...)
	}
	t.table(tab)
	t.say("  * no other beats it in both, cost and p99\n")
}
