package report

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// scatter is a figure of points with their names beside them. Both axes are logarithmic, and less is better on both.
type scatter struct {
	xName, yName string
	xUnit, yUnit string // for the numbers on the axes
	spots        []spot
}

// spot is one point of a scatter.
type spot struct {
	x, y  float64 // above 0
	label string
	look  look
	text  string // the tooltip
	wrong bool   // crossed out
	front bool   // no other beats it in both directions
}

// stairs lists the points that no other beats in both directions, from the left.
func (f *scatter) stairs() []spot {
	list := slices.DeleteFunc(slices.Clone(f.spots), func(d spot) bool { return !d.front })
	slices.SortStableFunc(list, func(a, b spot) int { return cmp.Compare(a.x, b.x) })
	return list
}

// draw draws the figure. The names of the axes are its own: gonum pads them wrongly on a logarithmic axis.
func (f *scatter) draw(c draw.Canvas) []tip {
	c.FillText(words(fontSize, mutedHex, 0, -0.5), vg.Point{X: c.Min.X, Y: c.Max.Y - 6}, f.yName)
	c.FillText(words(fontSize, inkHex, -0.5, -0.5), vg.Point{X: c.Center().X, Y: c.Min.Y + 6}, f.xName)
	c = draw.Crop(c, 0, -10, 16, -14)
	p := newPlot("")
	axis := func(a *plot.Axis, unit string, of func(spot) float64) {
		lo, hi := math.Inf(1), 0.0
		for _, d := range f.spots {
			lo, hi = min(lo, of(d)), max(hi, of(d))
		}
		room := math.Pow(hi/lo, 0.1) * 1.15 // for names, and so that no mark is on the frame
		a.Scale, a.Min, a.Max = plot.LogScale{}, lo/room, hi*room
		a.Tick.Marker = plot.ConstantTicks(logTicks(a.Min, a.Max, unit))
	}
	axis(&p.X, f.xUnit, func(d spot) float64 { return d.x })
	axis(&p.Y, f.yUnit, func(d spot) float64 { return d.y })
	d := &drawnSpots{f: f}
	p.Add(grid{labelled: true}, d)
	p.Draw(c)
	return d.tips
}

// drawnSpots draws the points and records their positions.
type drawnSpots struct {
	f    *scatter
	tips []tip
}

// Plot draws the front as a staircase, the marks, and the names.
func (d *drawnSpots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var stairs []vg.Point
	for i, q := range d.f.stairs() {
		at := vg.Point{X: x(q.x), Y: y(q.y)}
		if i > 0 {
			stairs = append(stairs, vg.Point{X: at.X, Y: stairs[len(stairs)-1].Y})
		}
		stairs = append(stairs, at)
	}
	c.StrokeLines(guideStyle(), stairs)
	names := &placing{canvas: c}
	for i := 1; i < len(stairs); i++ {
		names.lines = append(names.lines, [2]vg.Point{stairs[i-1], stairs[i]})
	}
	sty := words(fontSize, inkHex, 0, -0.5)
	var marks []vg.Point
	var widths []vg.Length
	for _, q := range d.f.spots {
		at := vg.Point{X: x(q.x), Y: y(q.y)}
		marks, widths = append(marks, at), append(widths, sty.Width(q.label))
		names.taken = append(names.taken, around(at.X, at.Y, ""))
	}
	for i, at := range names.best(marks, widths) {
		if at.w == 0 {
			continue // it has a tooltip, and its line in the table
		}
		q := d.f.spots[i]
		if lead := at.lead(marks[i]); long(lead) {
			c.StrokeLine2(draw.LineStyle{Color: q.look.color, Width: 0.8}, lead[0].X, lead[0].Y, lead[1].X, lead[1].Y)
		}
		c.FillText(sty, vg.Point{X: at.x, Y: at.middle()}, q.label)
	}
	for i, q := range d.f.spots {
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: q.look.color, Radius: 4, Shape: q.look.mark}, marks[i])
		if q.wrong {
			cross(c, marks[i])
		}
		d.tips = append(d.tips, around(marks[i].X, marks[i].Y, q.text))
	}
}

// placing puts names where nothing else is.
type placing struct {
	canvas draw.Canvas
	taken  []tip         // marks, and names so far
	lines  [][2]vg.Point // between points, and from names to their marks
}

// middle is the height of the middle of a name's box.
func (t tip) middle() vg.Length { return t.y + t.h/2 }

// lead is the line from a mark to the nearest point of the box.
func (t tip) lead(mark vg.Point) [2]vg.Point {
	return [2]vg.Point{mark, {X: min(max(mark.X, t.x-1), t.x+t.w+1), Y: min(max(mark.Y, t.y), t.y+t.h)}}
}

// long reports whether a name is so far from its mark that a line must join them.
func long(lead [2]vg.Point) bool {
	return math.Hypot(float64(lead[1].X-lead[0].X), float64(lead[1].Y-lead[0].Y)) > 12
}

// overlaps reports whether two boxes share a point.
func (t tip) overlaps(o tip) bool {
	return t.x < o.x+o.w && o.x < t.x+t.w && t.y < o.y+o.h && o.y < t.y+t.h
}

// crossed reports whether a line goes through the box, to about two points.
func (t tip) crossed(line [2]vg.Point) bool {
	a, b := line[0], line[1]
	n := max(1, vg.Length(math.Ceil(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y))/2)))
	for i := vg.Length(0); i <= n; i++ {
		x, y := a.X+(b.X-a.X)*i/n, a.Y+(b.Y-a.Y)*i/n
		if x > t.x && x < t.x+t.w && y > t.y && y < t.y+t.h {
			return true
		}
	}
	return false
}

// best places the names in several orders, and returns the boxes of the best result: the fewest names without a place
// or crossed by lines, then the shortest lines. The box of a name without a place has no width.
func (p *placing) best(marks []vg.Point, widths []vg.Length) (boxes []tip) {
	by := func(of func(vg.Point) vg.Length) []int {
		order := make([]int, len(marks))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(of(marks[a]), of(marks[b])) })
		return order
	}
	least := math.Inf(1)
	for _, of := range []func(vg.Point) vg.Length{
		func(vg.Point) vg.Length { return 0 },
		func(at vg.Point) vg.Length { return at.X },
		func(at vg.Point) vg.Length { return -at.X },
		func(at vg.Point) vg.Length { return at.Y },
		func(at vg.Point) vg.Length { return -at.Y },
	} {
		try := &placing{canvas: p.canvas, taken: slices.Clone(p.taken), lines: slices.Clone(p.lines)}
		list, cost := make([]tip, len(marks)), 0.0
		for _, i := range by(of) {
			box, far := try.place(marks[i], widths[i])
			list[i], cost = box, cost+far
		}
		if cost < least {
			boxes, least = list, cost
		}
	}
	return boxes
}

// place takes the free box of that width that is nearest to a mark, to its right, to its left, below or above. Where
// every box crosses a line it takes the nearest that covers no name; the cost of that is higher than any distance, and
// of no box twice that.
func (p *placing) place(mark vg.Point, width vg.Length) (tip, float64) {
	const crossing = 1e4
	for i, clear := range []func(tip, vg.Point) bool{p.clear, func(tip, vg.Point) bool { return true }} {
		if box, far, ok := p.nearest(mark, width, clear); ok {
			p.taken = append(p.taken, box)
			if lead := box.lead(mark); long(lead) {
				p.lines = append(p.lines, lead)
			}
			return box, far + crossing*float64(i)
		}
	}
	return tip{}, 2 * crossing
}

// nearest looks for the box on a grid around the mark.
func (p *placing) nearest(mark vg.Point, width vg.Length, clear func(tip, vg.Point) bool) (box tip, least float64, ok bool) {
	const step, gap = 4, 7
	least = math.Inf(1)
	for row := vg.Length(0); row < p.canvas.Max.Y-p.canvas.Min.Y; row += step {
		for col := vg.Length(0); col < p.canvas.Max.X-p.canvas.Min.X; col += 2 * step {
			far := math.Hypot(float64(row), float64(col))
			if far >= least {
				break
			}
			for _, at := range []vg.Point{
				{X: mark.X + gap + col, Y: mark.Y - row},
				{X: mark.X + gap + col, Y: mark.Y + row},
				{X: mark.X - gap - col - width, Y: mark.Y - row},
				{X: mark.X - gap - col - width, Y: mark.Y + row},
				{X: mark.X - width/2 - col, Y: mark.Y - 2*gap - row},
				{X: mark.X - width/2 + col, Y: mark.Y - 2*gap - row},
				{X: mark.X - width/2 - col, Y: mark.Y + 2*gap + row},
				{X: mark.X - width/2 + col, Y: mark.Y + 2*gap + row},
			} {
				if t := (tip{x: at.X, y: at.Y - fontSize/2, w: width, h: fontSize}); p.free(t) && clear(t, mark) {
					box, ok, least = t, true, far
					break
				}
			}
		}
	}
	return box, least, ok
}

// free reports whether a box is on the canvas and covers no mark and no name.
func (p *placing) free(t tip) bool {
	c := p.canvas
	if t.x < c.Min.X || t.x+t.w > c.Max.X || t.y < c.Min.Y || t.y+t.h > c.Max.Y {
		return false
	}
	return !slices.ContainsFunc(p.taken, t.overlaps)
}

// clear reports whether no line crosses the box, and its own line no name.
func (p *placing) clear(t tip, mark vg.Point) bool {
	lead := t.lead(mark)
	return !slices.ContainsFunc(p.lines, t.crossed) && !slices.ContainsFunc(p.taken, func(o tip) bool {
		return (mark.X < o.x || mark.X > o.x+o.w || mark.Y < o.y || mark.Y > o.y+o.h) && o.crossed(lead)
	})
}
