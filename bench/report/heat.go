package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// heat is a table of slowdowns against the best of the row, in colours.
type heat struct {
	cols []string
	rows []heatRow
}

type heatRow struct {
	label string
	cells []heatCell
}

// heatCell is empty where ratio is 0.
type heatCell struct {
	ratio float64
	mark  string
	text  string
}

const heatRowPts = 22

// colWidth returns the width of a column. Few columns are wider.
func (f *heat) colWidth() vg.Length {
	return max(46, min(96, (figureWidth-20-f.labelWidth())/vg.Length(max(1, len(f.cols)))))
}

// size returns the size of the figure.
func (f *heat) size() (w, h vg.Length) {
	return f.labelWidth() + f.colWidth()*vg.Length(len(f.cols)) + 20, f.headHeight() + heatRowPts*vg.Length(len(f.rows)) + 44
}

func (f *heat) labelWidth() vg.Length {
	var labels []string
	for _, r := range f.rows {
		labels = append(labels, r.label)
	}
	return max(110, min(widest(words(fontSize, inkHex, 0, 0), labels)+10, 220))
}

// upright reports whether the column heads fit without rotation.
func (f *heat) upright() bool { return widest(words(fontSize, inkHex, 0, 0), f.cols) <= f.colWidth()-4 }

func (f *heat) headHeight() vg.Length {
	if f.upright() {
		return 22
	}
	return min(widest(words(fontSize, inkHex, 0, 0), f.cols), 170) + 12
}

func (f *heat) draw(c draw.Canvas) (tips []tip) {
	sty := words(fontSize, inkHex, 0, -0.5)
	left := c.Min.X + f.labelWidth()
	y := c.Max.Y - f.headHeight()
	for i, name := range f.cols {
		at := vg.Point{X: left + f.colWidth()*(vg.Length(i)+0.5), Y: y + 6}
		if f.upright() {
			c.FillText(words(fontSize, inkHex, -0.5, 0), at, name)
			continue
		}
		up := words(fontSize, inkHex, 0, -0.5)
		up.Rotation = math.Pi / 2
		c.FillText(up, at, shorten(name, sty, 165))
	}
	wide := f.colWidth()
	for _, r := range f.rows {
		y -= heatRowPts
		c.FillText(sty, vg.Point{X: c.Min.X, Y: y + heatRowPts/2}, shorten(r.label, sty, f.labelWidth()-8))
		for i, k := range r.cells {
			x := left + wide*vg.Length(i)
			if k.ratio == 0 {
				c.FillText(words(fontSize, mutedHex, -0.5, -0.5), vg.Point{X: x + wide/2, Y: y + heatRowPts/2}, "–")
				continue
			}
			fill, dark := heatColour(k.ratio)
			c.FillPolygon(fill, box(x+1, y+1, wide-2, heatRowPts-2))
			outline(c, box(x+1, y+1, wide-2, heatRowPts-2))
			label := k.mark + times(k.ratio)
			num := words(fontSize-1, "#000000", -0.5, -0.5)
			if dark {
				num.Color = color.White
			}
			c.FillText(num, vg.Point{X: x + wide/2, Y: y + heatRowPts/2}, label)
			tips = append(tips, tip{x, y, wide, heatRowPts, k.text})
		}
	}
	heatKey(c, y-12)
	return tips
}

// heatKey explains the colours.
func heatKey(c draw.Canvas, y vg.Length) {
	x := c.Min.X
	for _, r := range []float64{1, 2, 5, 10, 100} {
		fill, _ := heatColour(r)
		c.FillPolygon(fill, box(x, y-14, 14, 12))
		outline(c, box(x, y-14, 14, 12))
		var label string
		switch r {
		case 1:
			label = "the best"
		case 100:
			label = "100× and more"
		default:
			label = plain(r) + "×"
		}
		sty := words(fontSize, inkHex, 0, -0.5)
		c.FillText(sty, vg.Point{X: x + 18, Y: y - 8}, label)
		x += 18 + sty.Width(label) + 12
	}
}

// outline separates a dark field from a dark page.
func outline(c draw.Canvas, pts []vg.Point) {
	c.StrokeLines(draw.LineStyle{Color: parseHex(gridHex), Width: 0.7}, append(pts, pts[0]))
}

// heatColour maps the logarithm of a ratio to a colour from pale yellow over orange to dark violet. It gets monotonically
// darker, so that it can be read without colour. dark says that text on it must be white.
func heatColour(ratio float64) (c color.Color, dark bool) {
	stops := [...][3]float64{{255, 247, 188}, {254, 196, 79}, {217, 95, 14}, {122, 1, 75}, {45, 0, 60}}
	t := max(0, min(1, math.Log(max(ratio, 1))/math.Log(100))) * float64(len(stops)-1)
	i := min(int(t), len(stops)-2)
	var v [3]uint8
	for k := range v {
		v[k] = uint8(math.Round(stops[i][k] + (t-float64(i))*(stops[i+1][k]-stops[i][k])))
	}
	return color.NRGBA{v[0], v[1], v[2], 255}, t >= 2
}
