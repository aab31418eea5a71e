package report

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// xy is a figure of curves: x is logarithmic, y too unless linear is set.
type xy struct {
	xName, yName string
	yUnit        string // for the numbers on the axis
	linear       bool   // y from 0
	top          float64
	series       []series
	guides       []guide
}

// series is one curve.
type series struct {
	label string
	look  look
	pts   []xyPoint
	fit   []xyPoint // a thin line beside it, or nil
}

// xyPoint is one mark.
type xyPoint struct {
	x, y   float64
	lo, hi float64 // ends of its bar if they differ
	text   string  // the tooltip
	wrong  bool    // crossed out
	hollow bool
}

// guide is a line without data.
type guide struct {
	label string
	pts   []xyPoint
}

// maxCurves is the number of curves that a figure draws. Its table has all.
const maxCurves = 24

// draw draws the legend and below it the curves.
func (f *xy) draw(c draw.Canvas) []tip {
	var entries []entry
	for _, s := range f.series {
		entries = append(entries, entry{label: s.label, look: s.look})
	}
	for _, g := range f.guides {
		entries = append(entries, entry{label: g.label, kind: guideEntry})
	}
	c = legend(c, entries)
	// The name of the y axis is above it: horizontal text is easier to read, and gonum pads rotated text wrongly on a
	// logarithmic axis.
	c.FillText(words(fontSize, mutedHex, 0, -0.5), vg.Point{X: c.Min.X, Y: c.Max.Y - 6}, f.yName)
	c = draw.Crop(c, 0, 0, 0, -14)
	p := newPlot(f.xName)
	f.axes(p)
	c = draw.Crop(c, 0, -f.labelWidth(), 0, 0)
	d := &drawnCurves{f: f}
	p.Add(grid{}, d)
	p.Draw(c)
	return d.tips
}

// newPlot returns a plot in the style of the report.
func newPlot(xName string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = color.Transparent
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font = sans(fontSize)
		a.Label.TextStyle.Color = parseHex(inkHex)
		a.Tick.Label.Font = sans(fontSize)
		a.Tick.Label.Color = parseHex(inkHex)
		a.LineStyle.Color = parseHex(mutedHex)
		a.Tick.LineStyle.Color = parseHex(mutedHex)
		a.Tick.Length = 4
		a.Padding = 0
	}
	p.X.Label.Text, p.X.Label.Padding = xName, 3
	return p
}

// axes sets ranges and ticks from the data.
func (f *xy) axes(p *plot.Plot) {
	xs, lo, hi := f.extent()
	p.X.Scale, p.X.Min, p.X.Max = plot.LogScale{}, xs[0]/1.12, xs[len(xs)-1]*1.12
	if len(xs) == 1 {
		p.X.Min, p.X.Max = xs[0]/2, xs[0]*2
	}
	p.X.Tick.Marker = plot.ConstantTicks(xTicks(xs))
	if f.linear {
		p.Y.Min, p.Y.Max = 0, max(hi*1.06, f.top)
		if p.Y.Max == 0 {
			p.Y.Max = 1
		}
		p.Y.Tick.Marker = plot.ConstantTicks(linearTicks(0, p.Y.Max, f.yUnit))
		return
	}
	p.Y.Scale, p.Y.Min, p.Y.Max = plot.LogScale{}, lo/1.15, hi*1.15
	p.Y.Tick.Marker = plot.ConstantTicks(logTicks(p.Y.Min, p.Y.Max, f.yUnit))
}

// extent returns the x values, ascending, and the range of y.
func (f *xy) extent() (xs []float64, lo, hi float64) {
	lo, hi = math.Inf(1), 0
	take := func(pts []xyPoint, ticks bool) {
		for _, q := range pts {
			if ticks {
				xs = append(xs, q.x)
			}
			lo, hi = min(lo, q.y), max(hi, q.y)
			if q.lo > 0 {
				lo = min(lo, q.lo)
			}
			hi = max(hi, q.hi)
		}
	}
	for _, s := range f.series {
		take(s.pts, true)
		take(s.fit, false)
	}
	for _, g := range f.guides {
		take(g.pts, false)
	}
	slices.Sort(xs)
	return slices.Compact(xs), lo, hi
}

// grid draws a line at every labelled tick of y, and at every tick of x, or only the labelled ones.
type grid struct{ labelled bool }

// Plot draws it.
func (g grid) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	sty := draw.LineStyle{Color: parseHex(gridHex), Width: 0.7}
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		if g.labelled && t.IsMinor() {
			continue
		}
		c.StrokeLine2(sty, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
	}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if !t.IsMinor() {
			c.StrokeLine2(sty, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}

// drawnCurves draws guides and curves and records the positions of the marks.
type drawnCurves struct {
	f    *xy
	tips []tip
}

// Plot draws them.
func (d *drawnCurves) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	line := func(sty draw.LineStyle, pts []xyPoint) {
		var path []vg.Point
		for _, q := range pts {
			path = append(path, vg.Point{X: x(q.x), Y: y(q.y)})
		}
		c.StrokeLines(sty, path)
	}
	for _, g := range d.f.guides {
		line(guideStyle(), g.pts)
	}
	for i, s := range d.f.series {
		if s.fit != nil {
			line(draw.LineStyle{Color: s.look.color, Width: 0.9, Dashes: s.look.dash}, s.fit)
		} else {
			line(draw.LineStyle{Color: s.look.color, Width: 1.2 + d.under(i), Dashes: s.look.dash}, s.pts)
		}
	}
	for i, s := range d.f.series {
		for _, q := range s.pts {
			at := vg.Point{X: x(q.x), Y: y(q.y)}
			if q.lo < q.hi && (d.f.linear || q.lo > 0) {
				bar(c, s.look.color, at.X, y(q.lo), y(q.hi))
			}
			m := s.look.mark
			m.hollow = q.hollow
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: s.look.color, Radius: 3 + 1.6*d.under(i), Shape: m}, at)
			if q.wrong {
				cross(c, at)
			}
			d.tips = append(d.tips, around(at.X, at.Y, q.text))
		}
	}
	d.label(c, x, y)
}

// under is 1 for the first curve and 0 for the last. Earlier marks are larger, so that they show below a later mark at the
// same place.
func (d *drawnCurves) under(i int) vg.Length {
	if n := len(d.f.series); n > 1 {
		return 1 - vg.Length(i)/vg.Length(n-1)
	}
	return 0
}

// bar is an error bar.
func bar(c draw.Canvas, col color.Color, x, lo, hi vg.Length) {
	sty := draw.LineStyle{Color: col, Width: 1}
	c.StrokeLine2(sty, x, lo, x, hi)
	c.StrokeLine2(sty, x-3, lo, x+3, lo)
	c.StrokeLine2(sty, x-3, hi, x+3, hi)
}

// cross strikes out a mark of wrong answers.
func cross(c draw.Canvas, at vg.Point) {
	sty := draw.LineStyle{Color: parseHex(inkHex), Width: 1.3}
	const r = 5.5
	c.StrokeLine2(sty, at.X-r, at.Y-r, at.X+r, at.Y+r)
	c.StrokeLine2(sty, at.X-r, at.Y+r, at.X+r, at.Y-r)
}
