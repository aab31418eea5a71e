package report

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// inked is a canvas that records the positions of texts and shapes, in the figure's own coordinates.
type inked struct {
	at    []matrix
	texts []inkedText
	paths []vg.Rectangle
}

// matrix is a rotation and a translation: all that figures use.
type matrix struct {
	turn   float64
	dx, dy vg.Length
}

type inkedText struct {
	text string
	box  vg.Rectangle
}

func (k *inked) top() *matrix { return &k.at[len(k.at)-1] }

func (k *inked) place(p vg.Point) vg.Point {
	m := k.top()
	sin, cos := math.Sincos(m.turn)
	return vg.Point{X: m.dx + p.X*vg.Length(cos) - p.Y*vg.Length(sin), Y: m.dy + p.X*vg.Length(sin) + p.Y*vg.Length(cos)}
}

func (k *inked) SetLineWidth(vg.Length)              {}
func (k *inked) SetLineDash([]vg.Length, vg.Length)  {}
func (k *inked) SetColor(color.Color)                {}
func (k *inked) Scale(float64, float64)              {}
func (k *inked) DrawImage(vg.Rectangle, image.Image) {}
func (k *inked) Rotate(a float64)                    { k.top().turn += a }
func (k *inked) Push()                               { k.at = append(k.at, *k.top()) }
func (k *inked) Pop()                                { k.at = k.at[:len(k.at)-1] }
func (k *inked) Stroke(p vg.Path)                    { k.path(p) }
func (k *inked) Fill(p vg.Path)                      { k.path(p) }

func (k *inked) Translate(p vg.Point) {
	q := k.place(p)
	k.top().dx, k.top().dy = q.X, q.Y
}

func (k *inked) path(p vg.Path) {
	var pts []vg.Point
	for _, c := range p {
		if c.Type == vg.MoveComp || c.Type == vg.LineComp {
			pts = append(pts, k.place(c.Pos))
		}
	}
	if pts != nil {
		k.paths = append(k.paths, bounds(pts))
	}
}

func (k *inked) FillString(f font.Face, at vg.Point, s string) {
	w, e := f.Width(s), f.Extents()
	var pts []vg.Point
	for _, p := range box(at.X, at.Y, w, e.Ascent*0.8) { // the letters, without the space for accents
		pts = append(pts, k.place(p))
	}
	k.texts = append(k.texts, inkedText{s, bounds(pts)})
}

func bounds(pts []vg.Point) (r vg.Rectangle) {
	r = vg.Rectangle{Min: pts[0], Max: pts[0]}
	for _, p := range pts {
		r.Min.X, r.Min.Y = min(r.Min.X, p.X), min(r.Min.Y, p.Y)
		r.Max.X, r.Max.Y = max(r.Max.X, p.X), max(r.Max.Y, p.Y)
	}
	return r
}

func overlap(a, b vg.Rectangle) bool {
	const slack = 0.5
	return a.Min.X < b.Max.X-slack && b.Min.X < a.Max.X-slack && a.Min.Y < b.Max.Y-slack && b.Min.Y < a.Max.Y-slack
}

// ink draws a figure on an inked canvas.
func ink(f *Figure) (*inked, []tip) {
	k := &inked{at: make([]matrix, 1)}
	c := draw.NewCanvas(k, f.w, f.h)
	tips := f.draw(draw.Crop(c, 4, -4, 4, -4))
	return k, tips
}

// checkLayout reports texts that are clipped or overlap, and marks and tooltips outside of the figure.
func checkLayout(t *testing.T, f *Figure) {
	t.Helper()
	k, tips := ink(f)
	all := vg.Rectangle{Max: vg.Point{X: f.w, Y: f.h}}
	inside := func(r vg.Rectangle) bool {
		return r.Min.X >= all.Min.X && r.Min.Y >= all.Min.Y && r.Max.X <= all.Max.X && r.Max.Y <= all.Max.Y
	}
	for i, a := range k.texts {
		if !inside(a.box) {
			t.Errorf("%s: %q is cut: %.0f in %.0fx%.0f", f.Name, a.text, a.box, float64(f.w), float64(f.h))
		}
		for _, b := range k.texts[:i] {
			if overlap(a.box, b.box) {
				t.Errorf("%s: %q overlaps %q", f.Name, a.text, b.text)
			}
		}
	}
	for _, p := range k.paths {
		if !inside(p) {
			t.Errorf("%s: a line or shape is cut: %.1f in %.0fx%.0f", f.Name, p, float64(f.w), float64(f.h))
		}
	}
	if len(tips) == 0 {
		t.Errorf("%s: no tooltip", f.Name)
	}
	for _, q := range tips {
		if r := (vg.Rectangle{Min: vg.Point{X: q.x, Y: q.y}, Max: vg.Point{X: q.x + q.w, Y: q.y + q.h}}); !inside(r) || q.text == "" {
			t.Errorf("%s: the tooltip %q is at %.0f", f.Name, q.text, r)
		}
	}
}

func TestLayoutOfRecorded(t *testing.T) {
	for _, f := range recorded(t).allFigures() {
		checkLayout(t, f)
	}
}

// TestLayoutOfExtremes: nine designs, long names, many CPUs, tiny and huge costs, one CPU, zeros: nothing is clipped.
func TestLayoutOfExtremes(t *testing.T) {
	long := strings.Repeat("a-very-long-name-of-a-design", 4)
	rich := "%s cycles/op 1 p50-cycles 1 p99-cycles 1e9 max-cycles 0 reuse"
	var many, grid []string
	for d := range 30 {
		for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 1024} {
			many = append(many, cell("Xio", "design-number-"+strings.Repeat("x", d), n, strings.Replace(rich, "%s", plainFloat(d*n), 1)))
		}
	}
	for _, v := range []string{"1", "7", "4096", "100000"} {
		grid = append(grid, "Xio/alloc=sfbuf/sfbuf.nsfbufs="+v+"/cpus=8 1 "+v+" cycles/op 0.5 reuse 12 kva-pages")
	}
	for name, text := range map[string]string{
		"many":  file("lwbench sweep", virtual, many...),
		"long":  file("lwbench sweep", virtual, cell(long, long, 1, "1e-6 cycles/op 1 p50-cycles 1 p99-cycles 1 max-cycles"), cell(long, "b", 1, "1e17 cycles/op"), cell(long, long, 2, "3 cycles/op")),
		"zero":  file("lwbench sweep", virtual, cell("Xio", "a", 1, "0 cycles/op"), cell("Xio", "a", 64, "0 cycles/op"), cell("Xio", "b", 1, "5 cycles/op")),
		"grid":  file("lwbench sweep", virtual, grid...),
		"live":  file("lwbench sweep", liveOver, cell("Xio", "a", 1, "1e-9 sec/op"), cell("Xio", "a", 2, "5e-3 sec/op"), cell("Xio", "a", 2, "5e-2 sec/op")),
		"equal": file("lwbench sweep", virtual, cell("Xio", "a", 1, "7 cycles/op"), cell("Xio", "a", 2, "7 cycles/op")),
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range results(t, text).allFigures() {
				checkLayout(t, f)
			}
		})
	}
}

func plainFloat(n int) string { return strings.ReplaceAll(plain(float64(n*n+1)), ",", "") }
