// Package timeline draws the counterexamples of package search on one self-contained page without scripts: a lane for
// each CPU, time from top to bottom, operations as boxes with their steps, arrows for IPIs, and columns for the PTE,
// the TLBs and the mask.
//
//	page.go   the page and the text around each picture
//	layout.go the positions of all elements
//	draw.go   the picture
package timeline

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"lwbench/check/search"
)

//go:embed page.html style.css
var files embed.FS

// page is the data of the template.
type page struct {
	Title string
	Style template.CSS
	Parts []part
}

// part is the result for one design.
type part struct {
	*search.Report
	ID        string
	Picture   template.HTML
	Source    []sourceLine
	Positions []stand
	Command   string
	Ops       string
}

// sourceLine is a line of source around the wrong decision.
type sourceLine struct {
	Number int
	Text   string
	Wrong  bool
}

// stand is the position of a CPU at the end.
type stand struct {
	search.Position
	Text string // of the line
}

// Page writes one page with a section for each report, in order. style is the stylesheet that it shares with other
// pages of the program; command is the command that made the reports. All text of a report is escaped. The error is
// the writer's.
func Page(w io.Writer, style template.CSS, command string, reports []*search.Report) error {
	t, err := template.ParseFS(files, "page.html")
	if err != nil {
		return err
	}
	own, err := files.ReadFile("style.css")
	if err != nil {
		return err
	}
	p := page{Title: title(reports), Style: style + template.CSS(own)}
	for i, r := range reports {
		k := part{Report: r, ID: fmt.Sprintf("story%d", i), Command: command}
		if r.Found {
			k.Picture = draw(r.Counterexample)
			k.Ops = r.Trace.String()
			k.tell(r.Counterexample)
		}
		p.Parts = append(p.Parts, k)
	}
	return t.Execute(w, p)
}

// title describes the contents of the page.
func title(reports []*search.Report) string {
	var found []string
	for _, r := range reports {
		if r.Found {
			found = append(found, r.Alloc+": "+r.Kind)
		}
	}
	switch n := len(found); {
	case n == 0:
		return "Nothing found"
	case n <= 3:
		return strings.Join(found, ", ")
	default:
		return fmt.Sprintf("Failures found in %d of %d designs", n, len(reports))
	}
}

// Lines of source shown above and below the wrong one.
const (
	above = 8
	below = 4
)

// tell fills in the words beside the picture.
func (p *part) tell(s *search.Counterexample) {
	for _, k := range s.Positions {
		p.Positions = append(p.Positions, stand{k, k.Source()})
	}
	if d := s.Decision; d != nil {
		lines, at := d.Around(above, below)
		for i, text := range lines {
			p.Source = append(p.Source, sourceLine{d.Line - at + i, strings.ReplaceAll(text, "\t", "    "), i == at})
		}
	}
}
