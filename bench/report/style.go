package report

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of text, axes and grid. svg.go replaces them with the colours of the page, for light, dark and print.
const (
	inkHex   = "#1B1F24"
	mutedHex = "#5B6470"
	gridHex  = "#DDE1E6"
)

// designColours is the Okabe-Ito palette: black is the page's ink, and yellow, which is invisible on white, is
// darkened.
func designColours() []string {
	return []string{inkHex, "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7", "#8C7B00"}
}

// look is how a curve is drawn.
type look struct {
	color color.Color
	hex   string
	dash  []vg.Length
	mark  mark
}

// lookOf derives a curve's look from its design's place in the list, so that it is the same in every figure. Eight colours,
// seven marks and five dashes are distinct for 280 designs. Curves of one design differ in mark and dash.
func lookOf(c *curve) look {
	dashes := [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}, {12, 4}}
	hex := designColours()[c.place%8]
	n := c.place + c.nth
	return look{color: parseHex(hex), hex: hex, dash: dashes[n%5], mark: mark{shape: n % 7}}
}

// parseHex reads "#RRGGBB".
func parseHex(s string) color.Color {
	rgb, _ := strconv.ParseUint(s[1:], 16, 24) // they are all written here
	return color.NRGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 255}
}

// shapes are the marks: corners, and the rotation of the first in degrees.
var shapes = [...]struct {
	corners int
	turn    float64
}{{24, 0}, {4, 45}, {3, 90}, {4, 0}, {3, 270}, {5, 90}, {6, 0}}

// mark is a filled or hollow shape; it is a draw.GlyphDrawer.
type mark struct {
	shape  int
	hollow bool
}

// DrawGlyph draws the mark.
func (m mark) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	s := shapes[m.shape]
	r := float64(sty.Radius)
	if s.corners < 20 {
		r *= 1.25 // of about the same area as the circle
	}
	var path vg.Path
	for i := range s.corners {
		a := (s.turn + 360*float64(i)/float64(s.corners)) * math.Pi / 180
		p := vg.Point{X: at.X + vg.Length(r*math.Cos(a)), Y: at.Y + vg.Length(r*math.Sin(a))}
		if i == 0 {
			path.Move(p)
		} else {
			path.Line(p)
		}
	}
	path.Close()
	if m.hollow {
		c.SetLineStyle(draw.LineStyle{Color: sty.Color, Width: 1.3})
		c.Stroke(path)
		return
	}
	c.SetColor(sty.Color)
	c.Fill(path)
}

// sans is Liberation Sans.
func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

// words is a style for text, aligned as text.XLeft and so on say.
func words(size vg.Length, hex string, x, y float64) text.Style {
	return text.Style{
		Color: parseHex(hex), Font: sans(size), XAlign: text.XAlignment(x), YAlign: text.YAlignment(y), Handler: plot.DefaultTextHandler,
	}
}

// shorten cuts text to a width with an ellipsis.
func shorten(s string, sty text.Style, width vg.Length) string {
	if sty.Width(s) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && sty.Width(string(r)+"…") > width {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}
