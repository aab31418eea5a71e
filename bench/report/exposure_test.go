package report

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"lwbench/internal/testsize"
)

// exposed are the figures of a cell whose exposure was measured.
func exposed(design, cost, p99 string) string {
	return cell("Xio", design, 8, cost+" cycles/op 1 exposure-p50 "+p99+" exposure-p99 2000000 exposure-max 7 exposed-pages")
}

// TestExposureFigure: a file with the units of exposure has a figure, a table in Markdown and one in text; a file without has none.
func TestExposureFigure(t *testing.T) {
	r := results(t, file("lwbench sweep --exposure", virtual, cell("Xio", "dmap", 8, "400 cycles/op"),
		exposed("sfbuf", "500", "9000"), exposed("lwbuf", "800", "0"), exposed("naive", "900", "9000"), exposed("vmap", "500", "8000")))
	var f *Figure
	for _, x := range r.Figures(r.panels[0]) {
		if strings.HasPrefix(x.Title, "cost against exposure on 8 CPUs") {
			f = x
		}
	}
	if f == nil {
		t.Fatal("no figure")
	}
	if !strings.Contains(f.Note, "0 is drawn at 1") {
		t.Errorf("the note is silent about a figure of 0: %q", f.Note)
	}
	var rows []string
	for _, row := range f.Table.Rows {
		rows = append(rows, strings.Join(row, " "))
	}
	want := "naive 8 900 1 9,000 2,000,000 7\nsfbuf 8 500 1 9,000 2,000,000 7\n*lwbuf 8 800 1 0 2,000,000 7\n*vmap 8 500 1 8,000 2,000,000 7"
	if got := strings.Join(rows, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	svg := f.svg(true)
	for _, name := range []string{">naive<", ">sfbuf<", ">lwbuf<", ">vmap<", "vmap, 8 CPUs: 500 cycles/op; reachable after a page&#39;s last free: median 1, 99th percentile 8,000, largest 2,000,000 cycles, 7 pages at once"} {
		if !strings.Contains(svg, name) {
			t.Errorf("the drawing has no %q", name)
		}
	}
	if strings.Contains(svg, "dmap") {
		t.Error("dmap, whose exposure nobody measures, is drawn")
	}
	var text bytes.Buffer
	if err := r.Text(&text, true); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{markdown(t, r), text.String()} {
		if !strings.Contains(out, "*vmap") || !strings.Contains(out, "2,000,000") {
			t.Errorf("no table of exposure in\n%s", out)
		}
	}
	plain := results(t, file("lwbench sweep", virtual, cell("Xio", "sfbuf", 8, "500 cycles/op")))
	for _, x := range plain.Figures(plain.panels[0]) {
		if strings.Contains(x.Title, "exposure") {
			t.Errorf("a file without exposure has the figure %q", x.Title)
		}
	}
}

// TestNamesDoNotOverlap: names beside crowded points cover neither each other nor a mark, and all have a place.
func TestNamesDoNotOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range testsize.Choose(1, 6, 20) {
		c := draw.Canvas{Rectangle: vg.Rectangle{Max: vg.Point{X: 380, Y: 240}}}
		p := &placing{canvas: c}
		var marks []vg.Point
		var widths []vg.Length
		for range 16 {
			at := vg.Point{X: vg.Length(150 + 60*r.Float64()), Y: vg.Length(80 + 60*r.Float64())}
			marks, widths = append(marks, at), append(widths, vg.Length(30+60*r.Float64()))
			p.taken = append(p.taken, around(at.X, at.Y, ""))
		}
		boxes := p.best(marks, widths)
		for i, a := range boxes {
			if a.w != widths[i] {
				t.Errorf("the name of point %d has no place", i)
			}
			if !p.free(a) {
				t.Errorf("name %d covers a mark, or leaves the canvas: %+v", i, a)
			}
			for _, b := range boxes[:i] {
				if a.overlaps(b) {
					t.Errorf("two names overlap: %+v, %+v", a, b)
				}
			}
		}
	}
}
