package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lwbench/bench/record"
)

// Markdown writes the results as text for a README or a mailing list: the verdict, a table for each panel, the fits, the
// caveats and the commands.
func (r *Results) Markdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n", escape(r.title()))
	for _, s := range r.summary() {
		fmt.Fprintf(b, "%s\n\n", escape(s))
	}
	for _, g := range r.groups() {
		fmt.Fprintf(b, "## %s\n\n", escape(g.name))
		if o := g.overview(); o != nil {
			fmt.Fprintf(b, "%s\n\n", escape(o.title()))
			writeTable(b, o.slowdowns())
		}
		for _, f := range r.heatFigures(g) {
			fmt.Fprintf(b, "%s\n\n", escape(f.Title))
			writeTable(b, f.Table)
		}
		for _, p := range g.panels {
			r.panelMarkdown(b, p)
		}
	}
	b.WriteString("## Caveats\n\n")
	for _, c := range r.caveats() {
		fmt.Fprintf(b, "- %s\n", escape(c.Text))
	}
	b.WriteString("\n## Sources\n\n")
	for _, s := range r.sources {
		fmt.Fprintf(b, "- %s: %s\n", escape(s.Name), code(s.Command))
	}
	fmt.Fprintf(b, "\nMarks: %s.\n", escape(r.legend()))
	return b.Flush()
}

func (r *Results) panelMarkdown(b *bufio.Writer, p *Panel) {
	fmt.Fprintf(b, "### %s\n\n", escape(p.title()))
	for _, s := range p.Verdict() {
		fmt.Fprintf(b, "- %s\n", escape(s))
	}
	b.WriteString("\n")
	writeTable(b, p.table(p.Unit))
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

// writeTable aligns the columns, so that it reads as text too.
func writeTable(b *bufio.Writer, t Table) {
	rows := append([][]string{t.Head}, t.Rows...)
	width := make([]int, len(t.Head))
	for _, r := range rows {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(escape(c)), 3)
		}
	}
	for n, r := range rows {
		for i, c := range r {
			c = escape(c)
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if i == 0 {
				fmt.Fprintf(b, "| %s%s ", c, pad)
			} else {
				fmt.Fprintf(b, "| %s%s ", pad, c)
			}
		}
		b.WriteString("|\n")
		if n > 0 {
			continue
		}
		for i := range r {
			if i == 0 {
				fmt.Fprintf(b, "|%s", strings.Repeat("-", width[i]+2))
			} else {
				fmt.Fprintf(b, "|%s:", strings.Repeat("-", width[i]+1))
			}
		}
		b.WriteString("|\n")
	}
	b.WriteString("\n")
}

// escape makes text from results mean itself in Markdown.
func escape(s string) string {
	return strings.NewReplacer(
		"\\", "\\\\", "|", "\\|", "<", "&lt;", ">", "&gt;", "&", "&amp;", "`", "\\`", "[", "\\[", "]", "\\]",
		"\n", " ", "\r", " ",
	).Replace(s)
}

// code quotes a command.
func code(s string) string { return "`" + strings.ReplaceAll(record.OneLine(s), "`", "'") + "`" }
