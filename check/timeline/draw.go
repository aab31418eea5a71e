package timeline

import (
	"fmt"
	"html"
	"html/template"
	"strings"

	"lwbench/check/search"
)

// drawing is an SVG under construction.
type drawing struct {
	*layout
	b strings.Builder
}

// draw draws a counterexample.
func draw(s *search.Counterexample) template.HTML {
	d := &drawing{layout: newLayout(s)}
	d.add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" style="min-width:%.0fpx" role="img" aria-label="%s">`,
		d.w, d.h, d.w*0.86, html.EscapeString("The run step by step: "+s.Kind+": "+s.Text))
	d.add(`<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">` +
		`<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>`)
	d.head()
	for i := range d.boxes {
		d.box(&d.boxes[i])
	}
	for i := range d.columns {
		d.column(i)
	}
	for i := range d.rows {
		d.row(i)
	}
	for i := range d.rows {
		d.arrow(i)
	}
	d.add(`</svg>`)
	return template.HTML(d.b.String())
}

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

// text writes one line at its baseline.
func (d *drawing) text(class string, x, y float64, text string) {
	d.add(`<text class="%s" x="%.1f" y="%.1f">%s</text>`, class, x, y, html.EscapeString(text))
}

// head draws the headers of the lanes and the columns.
func (d *drawing) head() {
	for id := range d.story.CPUs {
		d.add(`<rect class="lane" x="%.1f" y="4" width="%.1f" height="%.1f" rx="6"/>`, d.x(id), d.lane, d.h-8)
		d.text("cpu", d.x(id)+2*padding, 24, fmt.Sprintf("cpu%d", id))
	}
	for i, name := range d.columns {
		d.text("cpu mid", d.states+(float64(i)+.5)*cellWide, 30, name)
	}
	if d.columns != nil {
		d.text("note mid", d.states+float64(len(d.columns))*cellWide/2, 14, "at "+d.story.KVA)
	}
}

func (d *drawing) box(b *box) {
	class, in := "op", padding*float64(1+b.depth)
	if b.ipi {
		class = "op ipi"
	} else if b.depth > 0 {
		class = "op irq"
	}
	if b.open {
		class += " open"
	}
	d.add(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="4"/>`,
		class, d.x(b.cpu)+in, b.y, d.lane-2*in, b.end-b.y)
}

// row draws the text of a step.
func (d *drawing) row(i int) {
	r := &d.rows[i]
	depth := max(1, d.depth(i))
	if r.IPI && r.Kind == search.Does {
		depth = d.depth(i) + 1
	}
	x := d.x(r.CPU) + padding*float64(1+depth)
	class := "does"
	switch r.Kind {
	case search.Begins:
		class = "begins"
	case search.InFlight:
		class = "late"
	case search.Fails:
		class = "wrong"
		d.add(`<rect class="wrong" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="4"/>`, d.x(r.CPU)+3, r.y, d.lane-6, r.end-r.y)
	}
	if i == d.decision {
		d.add(`<rect class="decision" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="3"/>`, d.x(r.CPU)+padding+2, r.y, d.lane-2*padding-4, r.end-r.y)
	}
	for n, text := range r.lines {
		d.text(class, x, r.y+12.5+lineHigh*float64(n), text)
	}
	if r.place != "" {
		d.text("note right", d.x(r.CPU)+d.lane-2*padding, r.y+12.5+lineHigh*float64(len(r.lines)-1), r.place)
	}
}

// arrow draws an IPI from its sender to the CPU that takes it, or to the end if it has not arrived.
func (d *drawing) arrow(i int) {
	r := &d.rows[i]
	if !r.IPI || r.From < 0 || r.From == r.CPU {
		return
	}
	x1, x2 := d.x(r.From)+d.lane-padding, d.x(r.CPU)+padding
	if r.From > r.CPU {
		x1, x2 = d.x(r.From)+padding, d.x(r.CPU)+d.lane-padding
	}
	y2 := r.y + lineHigh/2
	y1, class := y2, "ipi"
	if r.Sent >= 0 {
		y1 = d.rows[r.Sent].y + lineHigh/2
	}
	if r.Kind == search.InFlight {
		class = "ipi late"
	}
	d.add(`<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" marker-end="url(#tip)"/>`, class, x1, y1, x2, y2)
}

// pages is the number of pages with their own colours.
const pages = 5

// column draws the values of the PTE, a TLB or the mask over time, with one cell for each run of equal values.
func (d *drawing) column(i int) {
	x := d.states + float64(i)*cellWide
	for from := 0; from < len(d.rows); {
		value := d.value(i, from)
		to := from + 1
		for to < len(d.rows) && d.value(i, to) == value {
			to++
		}
		end := d.h - margin
		if to < len(d.rows) {
			end = d.rows[to].y
		}
		if y := d.rows[from].y; value.text != "" && end > y {
			d.add(`<rect class="cell %s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="3"/>`, value.class, x+3, y, cellWide-6, end-y-2)
			d.text("value mid "+value.class, x+cellWide/2, y+12.5, value.text)
			if value.class == stale && end-y > 2*lineHigh {
				d.text("value mid stale", x+cellWide/2, y+12.5+lineHigh, "stale")
			}
		}
		from = to
	}
}

// value is the text of a cell and its class in the style sheet. A cell without text is not drawn.
type value struct{ text, class string }

// stale is the class of a TLB entry that is not what the PTE says.
const stale = "stale"

// value returns the value of column i after row n.
func (d *drawing) value(i, n int) value {
	s := &d.rows[n].State
	switch {
	case i > len(s.TLB):
		return value{s.Mask, "mask"}
	case i == 0:
		return valueOf(s.PTE)
	}
	return valueOf(s.TLB[i-1])
}

// valueOf is the value of an entry: each page has its own colour, and stale entries are red.
func valueOf(e search.Entry) value {
	if !e.Valid {
		return value{}
	}
	v := value{fmt.Sprintf("page %d", e.Page), fmt.Sprintf("p%d", e.Page%pages)}
	if e.Stale {
		v.class = stale
	}
	return v
}
