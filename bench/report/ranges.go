package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// ranges is a figure of percentiles: for each row the median as its mark, a thick line to the 99th percentile, a thin one
// to the largest.
type ranges struct {
	xName string
	unit  string
	rows  []rangeRow
}

// rangeRow is the percentiles of one cell.
type rangeRow struct {
	label         string
	look          look
	p50, p99, max float64
	text          string
	wrong         bool
}

func (f *ranges) height() vg.Length {
	return legendRow + rowHeight*vg.Length(len(f.rows)) + axisHeight + 30
}

func (f *ranges) draw(c draw.Canvas) (tips []tip) {
	sty := words(fontSize, inkHex, 0, -0.5)
	c.FillText(words(fontSize, mutedHex, 0, -0.5), vg.Point{X: c.Min.X, Y: c.Max.Y - legendRow/2},
		"mark: median; thick line: to the 99th percentile; thin: to the largest")
	var labels []string
	lo, hi := math.Inf(1), 0.0
	for _, r := range f.rows {
		labels = append(labels, r.label)
		lo, hi = min(lo, r.p50), max(hi, r.max)
	}
	lo, hi = lo/1.3, hi*1.3
	left := c.Min.X + min(widest(sty, labels), (c.Max.X-c.Min.X)*0.36) + 12
	right := c.Max.X - 12
	x := func(v float64) vg.Length {
		return left + (right-left)*vg.Length(math.Log(v/lo)/math.Log(hi/lo))
	}
	top := c.Max.Y - legendRow - 4
	y := top
	foot := top - rowHeight*vg.Length(len(f.rows))
	ticks := thinned(logTicks(lo, hi, f.unit), x)
	for _, t := range ticks {
		if !t.IsMinor() {
			c.StrokeLine2(draw.LineStyle{Color: parseHex(gridHex), Width: 0.7}, x(t.Value), foot, x(t.Value), top)
		}
	}
	for _, r := range f.rows {
		mid := y - rowHeight/2
		c.FillText(sty, vg.Point{X: c.Min.X, Y: mid}, shorten(r.label, sty, left-c.Min.X-8))
		c.StrokeLine2(draw.LineStyle{Color: r.look.color, Width: 1.2}, x(r.p50), mid, x(r.max), mid)
		c.StrokeLine2(draw.LineStyle{Color: r.look.color, Width: 1.2}, x(r.max), mid-4, x(r.max), mid+4)
		c.StrokeLine2(draw.LineStyle{Color: r.look.color, Width: 4.5}, x(r.p50), mid, x(r.p99), mid)
		at := vg.Point{X: x(r.p50), Y: mid}
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: r.look.color, Radius: 4.2, Shape: r.look.mark}, at)
		if r.wrong {
			cross(c, at)
		}
		tips = append(tips, tip{x(r.p50) - 7, mid - 8, x(r.max) - x(r.p50) + 14, 16, r.text})
		y -= rowHeight
	}
	f.axis(c, ticks, x, foot)
	return tips
}

// axis draws the ticks below y.
func (f *ranges) axis(c draw.Canvas, ticks []plot.Tick, x func(float64) vg.Length, y vg.Length) {
	line := draw.LineStyle{Color: parseHex(mutedHex), Width: 0.7}
	c.StrokeLine2(line, x(ticks[0].Value), y-2, x(ticks[len(ticks)-1].Value), y-2)
	for _, t := range ticks {
		c.StrokeLine2(line, x(t.Value), y-2, x(t.Value), y-6)
		c.FillText(words(fontSize, inkHex, -0.5, -1), vg.Point{X: x(t.Value), Y: y - 8}, t.Label)
	}
	c.FillText(words(fontSize, inkHex, -0.5, -1), vg.Point{X: (c.Min.X + c.Max.X) / 2, Y: y - 24}, f.xName)
}

// thinned removes labels that would touch the previous one.
func thinned(ticks []plot.Tick, x func(float64) vg.Length) []plot.Tick {
	sty := words(fontSize, inkHex, 0, 0)
	end := vg.Length(math.Inf(-1))
	for i, t := range ticks {
		w := sty.Width(t.Label) / 2
		if t.Label == "" {
			continue
		}
		if x(t.Value)-w < end+6 {
			ticks[i].Label = ""
			continue
		}
		end = x(t.Value) + w
	}
	return ticks
}
