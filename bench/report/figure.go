package report

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"lwbench/internal/texttab"
)

// Figure is a drawing with the table of its numbers and the commands that reproduce them.
type Figure struct {
	Name     string   // for a file: "xio-haswell-2s-cycles"
	Title    string   // one line
	Note     string   // how to read it, or empty
	Commands []string // "lwbench sweep …"
	Table    Table
	w, h     vg.Length
	draw     func(c draw.Canvas) []tip
	heat     bool // a heat map: on a narrow screen it keeps its width and scrolls
}

// Table holds the numbers of a figure, rounded for reading. The first column names the rows.
type Table struct {
	Head []string
	Rows [][]string
}

// tip is a rectangle of a figure, given by its lower left corner, with a tooltip.
type tip struct {
	x, y, w, h vg.Length
	text       string
}

// around returns a tip of the size of a mark.
func around(x, y vg.Length, text string) tip {
	const r = 7
	return tip{x - r, y - r, 2 * r, 2 * r, text}
}

// The measures of figures, in points.
const (
	figureWidth  = 430
	figureHeight = 300
	fontSize     = 11
	legendRow    = 16
)

// entry is one entry of a legend.
type entry struct {
	label string
	look  look
	kind  entryKind
}

type entryKind int

const (
	lineEntry  entryKind = iota // a line with its mark
	blockEntry                  // a filled square
	guideEntry                  // a thin line
)

// legend draws the entries in rows along the top of c and returns the rest of the canvas. Entries that do not fit in
// six rows are counted, not drawn.
func legend(c draw.Canvas, entries []entry) draw.Canvas {
	const key, gap, most = 26, 12, 6
	sty := words(fontSize, inkHex, 0, -0.5)
	x, row := c.Min.X, 0
	for i, e := range entries {
		w := key + sty.Width(e.label)
		room := c.Max.X
		if row == most-1 && i < len(entries)-1 {
			room -= 70 // for the words below
		}
		if x > c.Min.X && x+w > room {
			if row == most-1 {
				c.FillText(sty, vg.Point{X: x, Y: c.Max.Y - legendRow*(vg.Length(row)+0.5)}, "and "+texttab.Thousands(float64(len(entries)-i))+" more")
				break
			}
			x, row = c.Min.X, row+1
		}
		y := c.Max.Y - legendRow*(vg.Length(row)+0.5)
		drawKey(c, e, x, y)
		c.FillText(sty, vg.Point{X: x + key, Y: y}, shorten(e.label, sty, room-x-key))
		x = min(x+w, room) + gap
	}
	if len(entries) == 0 {
		return c
	}
	return draw.Crop(c, 0, 0, 0, -legendRow*vg.Length(row+1)-6)
}

func drawKey(c draw.Canvas, e entry, x, y vg.Length) {
	switch e.kind {
	case blockEntry:
		c.FillPolygon(e.look.color, box(x+8, y-5, 11, 11))
		return
	case guideEntry:
		c.StrokeLine2(guideStyle(), x, y, x+22, y)
		return
	}
	c.StrokeLine2(draw.LineStyle{Color: e.look.color, Width: 1.6, Dashes: e.look.dash}, x, y, x+22, y)
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: e.look.color, Radius: 3.2, Shape: e.look.mark}, vg.Point{X: x + 11, Y: y})
}

// guideStyle is the style of the ideal line.
func guideStyle() draw.LineStyle {
	return draw.LineStyle{Color: parseHex(mutedHex), Width: 1, Dashes: []vg.Length{1.5, 2.5}}
}

// box returns a rectangle, given by its lower left corner.
func box(x, y, w, h vg.Length) []vg.Point {
	return []vg.Point{{X: x, Y: y}, {X: x + w, Y: y}, {X: x + w, Y: y + h}, {X: x, Y: y + h}}
}
