package report

import (
	"fmt"
	"strings"

	"lwbench/internal/texttab"
)

// latencyFigure shows the distribution of the cycles of an operation at the largest number of CPUs. It is nil if no
// cell has them.
func latencyFigure(p *Panel) *Figure {
	curves, note := p.drawn()
	all := p.cpus()
	most := all[len(all)-1]
	kind := strings.TrimSuffix(p.Unit, "/op") // "cycles" or "sec"
	f := &ranges{xName: "one operation: its alloc, kva, use and free, in " + kind, unit: p.Unit}
	for _, c := range curves {
		if row, ok := rangeOf(c, most, p.Unit); ok {
			f.rows = append(f.rows, row)
		}
	}
	if len(f.rows) == 0 {
		return nil
	}
	return &Figure{
		Name: "latency", Title: "latency on " + cpus(most),
		Note:  strings.TrimSpace(quantileNote(p) + note),
		Table: latencyTable(p), w: figureWidth, h: f.height(), draw: f.draw,
	}
}

// quantileNote states the precision of the quantiles.
func quantileNote(p *Panel) string {
	if p.Engine == "live" {
		return ""
	}
	return "Quantiles are at most 1/32 too large; the maximum is exact."
}

// rangeOf makes the row of a cell.
func rangeOf(c *curve, n int, unit string) (rangeRow, bool) {
	kind := strings.TrimSuffix(unit, "/op")
	pt := c.at(n)
	if pt == nil {
		return rangeRow{}, false
	}
	r := rangeRow{label: c.label, look: lookOf(c), wrong: pt.wrong()}
	for _, k := range []struct {
		unit string
		to   *float64
	}{{"p50-" + kind, &r.p50}, {"p99-" + kind, &r.p99}, {"max-" + kind, &r.max}} {
		v, ok := pt.median(k.unit)
		if !ok || v <= 0 {
			return r, false
		}
		*k.to = v
	}
	r.p99 = max(r.p50, r.p99)
	r.max = max(r.p99, r.max) // a quantile may be 1/32 too large
	r.text = fmt.Sprintf("%s, %s: median %s, 99th percentile %s, largest %s %s", c.label, cpus(n), number(r.p50, unit), number(r.p99, unit), number(r.max, unit), kind)
	return r, true
}

func latencyTable(p *Panel) Table {
	kind := strings.TrimSuffix(p.Unit, "/op")
	t := Table{Head: []string{kind, "CPUs", "median", "99th percentile", "largest"}}
	for _, pt := range p.points() {
		row := []string{pt.curve.label, texttab.Thousands(float64(pt.cpus))}
		for _, u := range []string{"p50-" + kind, "p99-" + kind, "max-" + kind} {
			v, ok := pt.median(u)
			if !ok {
				row = append(row, "–")
				continue
			}
			row = append(row, number(v, p.Unit))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
