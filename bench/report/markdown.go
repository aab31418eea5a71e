package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// Markdown writes the results for a README or a mailing list: the verdict, a table for each panel, the fits, the
// caveats and the commands.
func (r *Results) Markdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n", texttab.Escape(r.title()))
	for _, s := range r.summary() {
		fmt.Fprintf(b, "%s\n\n", texttab.Escape(s))
	}
	if lines, t := r.OnlyVaried(); len(lines) > 0 {
		for _, s := range lines {
			fmt.Fprintf(b, "- %s\n", texttab.Escape(s))
		}
		b.WriteString("\n")
		if len(t.Rows) > 0 {
			writeTable(b, t)
		}
	}
	for _, g := range r.groups() {
		fmt.Fprintf(b, "## %s\n\n", texttab.Escape(g.name))
		if o := g.overview(); o != nil {
			fmt.Fprintf(b, "%s\n\n", texttab.Escape(o.caption()))
			writeTable(b, o.slowdowns())
		}
		for _, f := range r.heatFigures(g) {
			fmt.Fprintf(b, "%s\n\n", texttab.Escape(f.Title))
			writeTable(b, f.Table)
			fmt.Fprintf(b, "%s\n\n", texttab.Escape(f.Note))
		}
		for _, p := range g.panels {
			r.panelMarkdown(b, p)
		}
	}
	b.WriteString("## Caveats\n\n")
	for _, c := range r.caveats() {
		fmt.Fprintf(b, "- %s\n", texttab.Escape(c.Text))
	}
	b.WriteString("\n## Sources\n\n")
	for _, s := range r.sources {
		fmt.Fprintf(b, "- %s: %s\n", texttab.Escape(s.Name), code(s.Command))
	}
	if legend := r.legend(); legend != "" {
		fmt.Fprintf(b, "\n%s\n", texttab.Escape(legend))
	}
	return b.Flush()
}

func (r *Results) panelMarkdown(b *bufio.Writer, p *Panel) {
	fmt.Fprintf(b, "### %s\n\n", texttab.Escape(p.title()))
	for _, s := range p.Verdict() {
		fmt.Fprintf(b, "- %s\n", texttab.Escape(s))
	}
	b.WriteString("\n")
	writeTable(b, p.table(p.Unit))
	if marks := p.Legend(); marks != "" {
		fmt.Fprintf(b, "Marks: %s.\n\n", texttab.Escape(marks))
	}
	if t := exposureTable(p, ""); len(t.Rows) > 0 {
		writeTable(b, t)
	}
	for _, s := range p.scalings(p.curves) {
		if s.ok {
			writeTable(b, p.uslTable())
			break
		}
	}
	var made []string
	for _, c := range r.commands(p.sources) {
		made = append(made, code(c))
	}
	fmt.Fprintf(b, "made by %s\n\n", strings.Join(made, "; "))
}

// writeTable writes a table and a blank line. b keeps its first error for Flush.
func writeTable(b *bufio.Writer, t Table) {
	tab := texttab.Table{Align: "lr"}
	for _, r := range append([][]string{t.Head}, t.Rows...) {
		tab.Row(r...)
	}
	_ = tab.Markdown(b)
	_ = b.WriteByte('\n')
}

// code quotes a command.
func code(s string) string { return "`" + strings.ReplaceAll(record.OneLine(s), "`", "'") + "`" }
