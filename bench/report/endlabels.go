package report

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The names of curves at their right ends, where coinciding curves are otherwise indistinguishable.
const (
	labelLead = 16 // points between the last mark and the name
	labelRow  = fontSize + 1.5
	maxLabels = 14 // curves; a figure of more has its legend alone
)

// endLabel is the name of a curve beside its last mark.
type endLabel struct {
	text string
	look look
	from vg.Point  // the last mark
	y    vg.Length // of the name
}

// labelled reports whether the figure names its curves at their ends.
func (f *xy) labelled() bool { return len(f.series) > 1 && len(f.series) <= maxLabels }

// labelWidth returns the width of the names at the right.
func (f *xy) labelWidth() vg.Length {
	if !f.labelled() {
		return 0
	}
	var names []string
	for _, s := range f.series {
		names = append(names, s.label)
	}
	return min(widest(words(fontSize, inkHex, 0, 0), names), 110) + labelLead
}

// ends lists the names of the curves that reach the largest x, from the top, at least one row apart.
func (d *drawnCurves) ends(c draw.Canvas, x, y func(float64) vg.Length) (list []endLabel) {
	last := 0.0
	for _, s := range d.f.series {
		for _, q := range s.pts {
			last = max(last, q.x)
		}
	}
	for _, s := range d.f.series {
		if q := s.pts[len(s.pts)-1]; q.x == last {
			at := vg.Point{X: x(q.x), Y: y(q.y)}
			list = append(list, endLabel{s.label, s.look, at, at.Y})
		}
	}
	slices.SortStableFunc(list, func(a, b endLabel) int { return cmp.Compare(b.y, a.y) })
	moveApart(list, c.Min.Y, c.Max.Y)
	return list
}

// moveApart moves names apart from the top down, and then up again where they cross the bottom.
func moveApart(list []endLabel, bottom, top vg.Length) {
	for i := range list {
		list[i].y = min(list[i].y, top)
		if i > 0 {
			list[i].y = min(list[i].y, list[i-1].y-labelRow)
		}
	}
	for i := len(list) - 1; i >= 0; i-- {
		floor := bottom
		if i < len(list)-1 {
			floor = list[i+1].y + labelRow
		}
		list[i].y = max(list[i].y, floor)
	}
}

// label draws the names, each joined to its last mark by a thin line.
func (d *drawnCurves) label(c draw.Canvas, x, y func(float64) vg.Length) {
	if !d.f.labelled() {
		return
	}
	sty := words(fontSize, inkHex, 0, -0.5)
	for _, e := range d.ends(c, x, y) {
		at := vg.Point{X: c.Max.X + labelLead - 3, Y: e.y}
		lead := draw.LineStyle{Color: e.look.color, Width: 0.8}
		c.StrokeLines(lead, []vg.Point{{X: e.from.X + 4, Y: e.from.Y}, {X: c.Max.X, Y: e.y}, {X: at.X - 2, Y: e.y}})
		c.FillText(sty, at, shorten(e.text, sty, d.f.labelWidth()-labelLead))
	}
}
