package report

import (
	"embed"
	"html/template"
	"io"
	"slices"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

//go:embed page.html style.css
var pageFiles embed.FS

// maxDrawn is the number of panels of a page that have figures. The panels after them have a verdict and a table.
const maxDrawn = 120

// page is the data of the template.
type page struct {
	Title    string
	Style    template.CSS
	Sources  []*record.File
	Summary  []string
	Machines []machinePart
	Caveats  []caveat
	Undrawn  int
	Varied   *Table // of results that have no panel, or nil
	Legend   string
}

// machinePart is a machine with its heat maps and panels.
type machinePart struct {
	ID, Name string
	Overview *Table // or nil
	Caption  string
	Heat     []figurePart
	Panels   []panelPart
}

// panelPart is a panel on a page.
type panelPart struct {
	ID, Title, Workload string
	Verdict             []string
	Figures             []figurePart
	Table               *Table   // instead of figures
	Commands            []string // for Table
}

// figurePart is a figure on a page.
type figurePart struct {
	*Figure
	SVG  template.HTML
	Kind string // classes of the figure: heat, wide
}

// HTML writes the results as one self-contained page, for a light or dark screen and for paper.
func (r *Results) HTML(w io.Writer) error {
	t, err := template.ParseFS(pageFiles, "page.html")
	if err != nil {
		return err
	}
	return t.Execute(w, r.page())
}

// Style returns the style sheet of the page.
func Style() template.CSS {
	css, err := pageFiles.ReadFile("style.css")
	if err != nil {
		panic(err) // it is embedded
	}
	return template.CSS(css)
}

func (r *Results) page() *page {
	p := &page{Title: r.title(), Style: Style(), Sources: r.sources, Summary: r.summary(), Caveats: r.caveats(), Legend: r.legend()}
	if lines, t := r.OnlyVaried(); len(lines) > 0 {
		p.Summary = lines
		if len(t.Rows) > 0 {
			p.Varied = &t
		}
	}
	drawn := 0
	for _, g := range r.groups() {
		m := machinePart{ID: slug("on " + g.name), Name: g.name, Heat: figureParts(r.heatFigures(g))}
		if o := g.overview(); o != nil {
			t := o.slowdowns()
			m.Overview, m.Caption = &t, o.caption()
		}
		for _, q := range g.panels {
			k := panelPart{ID: slug(q.title()), Title: q.title(), Workload: q.Workload, Verdict: q.Verdict()}
			if drawn++; drawn <= maxDrawn {
				k.Figures = figureParts(r.Figures(q))
			}
			if len(k.Figures) == 0 {
				t := q.table(q.Unit)
				k.Table, k.Commands = &t, r.commands(q.sources)
			}
			m.Panels = append(m.Panels, k)
		}
		p.Machines = append(p.Machines, m)
	}
	p.Undrawn = max(0, drawn-maxDrawn)
	return p
}

// title names the report after what is in it.
func (r *Results) title() string {
	var machines []string
	for _, p := range r.panels {
		if !slices.Contains(machines, p.Machine) {
			machines = append(machines, p.Machine)
		}
	}
	for _, v := range r.varied {
		if len(r.panels) == 0 && !slices.Contains(machines, v.machine) {
			machines = append(machines, v.machine)
		}
	}
	if len(machines) > 3 {
		return "Mapping a page for a moment, on " + texttab.Thousands(float64(len(machines))) + " machines"
	}
	return "Mapping a page for a moment, on " + texttab.And(machines)
}

// figureParts draws figures for a page.
func figureParts(list []*Figure) (parts []figurePart) {
	for _, f := range list {
		var kind []string
		if f.heat {
			kind = append(kind, "heat")
		}
		if f.w > 1.3*figureWidth {
			kind = append(kind, "wide")
		}
		parts = append(parts, figurePart{f, f.Inline(), strings.Join(kind, " ")})
	}
	return parts
}

// Inline returns the figure as SVG for a page with the style sheet of Style. Text from results is escaped.
func (f *Figure) Inline() template.HTML {
	return template.HTML(strings.TrimSpace(f.svg(true)))
}
