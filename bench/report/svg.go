package report

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// fontFamily replaces Liberation Sans in the drawing. Arial has the same widths.
const fontFamily = "Liberation Sans,Arimo,Arial,Helvetica,sans-serif"

// svg draws the figure. Inline it has the colours and the width of the page; a separate file has a white background.
// Every mark has a tooltip.
func (f *Figure) svg(inline bool) string {
	canvas := vgsvg.NewWith(vgsvg.UseWH(f.w, f.h))
	c := draw.New(canvas)
	if !inline {
		c.FillPolygon(parseHex("#FFFFFF"), box(0, 0, f.w, f.h))
	}
	tips := f.draw(draw.Crop(c, 4, -4, 4, -4))
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		panic(err) // a buffer returns no errors
	}
	_, body, _ := strings.Cut(out.String(), "xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n")
	body = strings.TrimSuffix(strings.TrimSpace(body), "</svg>")
	body = compact(body)
	var b strings.Builder
	size := fmt.Sprintf(` style="max-width:%.0fpx;--w:%.0fpx"`, 1.45*float64(f.w), float64(f.w)) // so that text is not larger than the page's
	if !inline {
		b.WriteString("<?xml version=\"1.0\"?>\n")
		size = fmt.Sprintf(` width="%g" height="%g"`, float64(f.w), float64(f.h))
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="%s" viewBox="0 0 %g %g"%s font-family="%s">`,
		html.EscapeString(f.Title), float64(f.w), float64(f.h), size, fontFamily)
	b.WriteString("\n" + body)
	for _, t := range tips {
		fmt.Fprintf(&b, `<rect class="tip" x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#fff" fill-opacity="0"><title>%s</title></rect>`+"\n",
			float64(t.x), float64(f.h-t.y-t.h), float64(t.w), float64(t.h), html.EscapeString(t.text))
	}
	b.WriteString("</svg>\n")
	if inline {
		return strings.NewReplacer(pageColours()...).Replace(b.String())
	}
	return b.String()
}

// pageColours are the colours of a drawing, each with its replacement from the page's style sheet: those of designs
// are lighter on a dark screen.
func pageColours() []string {
	pairs := []string{inkHex, "currentColor", mutedHex, "var(--muted)", gridHex, "var(--grid)"}
	for i, hex := range designColours()[1:] {
		pairs = append(pairs, hex, fmt.Sprintf("var(--c%d)", i+1))
	}
	for i, g := range costGroups() {
		pairs = append(pairs, g.color, fmt.Sprintf("var(--k%d)", i))
	}
	return pairs
}

// compact removes the font style that the SVG repeats for every text; the root element has it.
func compact(svg string) string {
	return strings.NewReplacer(
		"font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal;", "",
		"\n\tstyle=", " style=",
	).Replace(svg)
}

// png writes the figure with twice the density of a screen.
func (f *Figure) png(w io.Writer) error {
	canvas := vgimg.NewWith(vgimg.UseWH(f.w, f.h), vgimg.UseDPI(144))
	f.draw(draw.Crop(draw.New(canvas), 4, -4, 4, -4))
	_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
	return err
}
