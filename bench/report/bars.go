package report

import (
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The dimensions of figures made of rows.
const (
	rowHeight  = 19
	blockTitle = 20
	axisHeight = 34
)

// bars is a figure of stacked bars, each the whole of its cell, in blocks.
type bars struct {
	parts  []entry // the legend, one entry per part
	blocks []barBlock
}

// barBlock is the bars under one title.
type barBlock struct {
	title string
	rows  []barRow
}

// barRow is one bar.
type barRow struct {
	label  string
	total  string
	shares []float64 // by part, together 1
	texts  []string  // tooltips, by part
}

// height returns the height of the figure.
func (f *bars) height(width vg.Length) vg.Length {
	h := legendHeight(f.parts, width) + axisHeight
	for _, b := range f.blocks {
		h += blockTitle + rowHeight*vg.Length(len(b.rows))
	}
	return h + 10
}

// legendHeight returns the height of a legend.
func legendHeight(entries []entry, width vg.Length) vg.Length {
	var c draw.Canvas
	c.Canvas = nowhere{}
	c.Rectangle = vg.Rectangle{Max: vg.Point{X: width, Y: 1000}}
	return 1000 - legend(c, entries).Max.Y
}

// draw draws the legend and below it the blocks.
func (f *bars) draw(c draw.Canvas) (tips []tip) {
	c = legend(c, f.parts)
	var labels, totals []string
	for _, b := range f.blocks {
		for _, r := range b.rows {
			labels, totals = append(labels, r.label), append(totals, r.total)
		}
	}
	sty, num := words(fontSize, inkHex, 0, -0.5), words(fontSize, inkHex, -1, -0.5)
	left := c.Min.X + min(widest(sty, labels), (c.Max.X-c.Min.X)*0.36) + 8
	right := c.Max.X - widest(sty, totals) - 8
	y := c.Max.Y
	for _, b := range f.blocks {
		c.FillText(words(fontSize, mutedHex, 0, -0.5), vg.Point{X: c.Min.X, Y: y - blockTitle/2}, b.title)
		y -= blockTitle
		for _, r := range b.rows {
			mid := y - rowHeight/2
			c.FillText(sty, vg.Point{X: c.Min.X, Y: mid}, shorten(r.label, sty, left-c.Min.X-8))
			c.FillText(num, vg.Point{X: c.Max.X, Y: mid}, r.total)
			tips = append(tips, f.bar(c, r, left, right, mid-rowHeight/2+2)...)
			y -= rowHeight
		}
	}
	shareAxis(c, left, right, y)
	return tips
}

// bar draws one bar from left to right, its lower edge at y.
func (f *bars) bar(c draw.Canvas, r barRow, left, right, y vg.Length) (tips []tip) {
	x := left
	for i, s := range r.shares {
		w := vg.Length(s) * (right - left)
		if s <= 0 {
			continue
		}
		c.FillPolygon(f.parts[i].look.color, box(x, y, w, rowHeight-4))
		tips = append(tips, tip{x, y, w, rowHeight - 4, r.texts[i]})
		x += w
	}
	return tips
}

// shareAxis draws 0 to 100 % below y.
func shareAxis(c draw.Canvas, left, right, y vg.Length) {
	line := draw.LineStyle{Color: parseHex(mutedHex), Width: 0.7}
	c.StrokeLine2(line, left, y-2, right, y-2)
	for _, s := range []float64{0, 0.25, 0.5, 0.75, 1} {
		x := left + vg.Length(s)*(right-left)
		c.StrokeLine2(line, x, y-2, x, y-6)
		c.FillText(words(fontSize, inkHex, -0.5, -1), vg.Point{X: x, Y: y - 8}, percent(s))
	}
}

// widest returns the width of the widest text.
func widest(sty text.Style, list []string) (w vg.Length) {
	for _, s := range list {
		w = max(w, sty.Width(s))
	}
	return w
}
