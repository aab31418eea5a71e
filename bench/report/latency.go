package report

import "fmt"

// latencyFigure shows how the cycles of an operation spread, on the most CPUs. It is nil where no cell carries them.
func latencyFigure(p *Panel) *Figure {
	curves, note := p.drawn()
	all := p.cpus()
	most := all[len(all)-1]
	f := &ranges{xName: "cycles of one operation: its alloc, kva, use and free"}
	for _, c := range curves {
		if row, ok := rangeOf(c, most); ok {
			f.rows = append(f.rows, row)
		}
	}
	if len(f.rows) == 0 {
		return nil
	}
	return &Figure{
		Name: "latency", Title: "latency on " + cpus(most),
		Note:  "Quantiles are at most 1/32 too large, the largest is exact." + note,
		Table: latencyTable(p), w: figureWidth, h: f.height(), draw: f.draw,
	}
}

// rangeOf makes the row of a cell.
func rangeOf(c *curve, n int) (rangeRow, bool) {
	pt := c.at(n)
	if pt == nil {
		return rangeRow{}, false
	}
	r := rangeRow{label: c.label, look: lookOf(c), wrong: pt.wrong()}
	for _, k := range []struct {
		unit string
		to   *float64
	}{{"p50-cycles", &r.p50}, {"p99-cycles", &r.p99}, {"max-cycles", &r.max}} {
		v, ok := pt.median(k.unit)
		if !ok || v <= 0 {
			return r, false
		}
		*k.to = v
	}
	r.p99 = max(r.p50, r.p99)
	r.max = max(r.p99, r.max) // a quantile may be 1/32 too large
	r.text = fmt.Sprintf("%s, %s: median %s, 99th percentile %s, largest %s cycles", c.label, cpus(n), plain(r.p50), plain(r.p99), plain(r.max))
	return r, true
}

func latencyTable(p *Panel) Table {
	t := Table{Head: []string{"cycles", "CPUs", "median", "99th percentile", "largest"}}
	for _, c := range p.curves {
		for _, pt := range c.points {
			row := []string{c.label, thousands(float64(pt.cpus))}
			for _, u := range []string{"p50-cycles", "p99-cycles", "max-cycles"} {
				v, ok := pt.median(u)
				if !ok {
					row = append(row, "–")
					continue
				}
				row = append(row, plain(v))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
