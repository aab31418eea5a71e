package compare

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/perf/benchproc"
	"golang.org/x/perf/benchunit"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// The parts of a column.
const (
	partMark = iota
	partCenter
	partRange
	partWarn
	partDelta
	partP
	partWarnDelta
	partVerdict
	numParts
)

// leftAligned are the parts that are words.
var leftAligned = [numParts]bool{partWarn: true, partP: true, partWarnDelta: true, partVerdict: true}

// noteWidth is the width at which a note wraps, in columns.
const noteWidth = 110

// footnotes numbers warnings.
type footnotes struct {
	list []string
}

// mark returns the marks of warnings. Equal warnings share a mark.
func (f *footnotes) mark(warnings ...string) string {
	var marks []string
	for _, w := range warnings {
		n := 1
		for n <= len(f.list) && f.list[n-1] != w {
			n++
		}
		if n > len(f.list) {
			f.list = append(f.list, w)
		}
		marks = append(marks, superscript(n))
	}
	return strings.Join(marks, " ")
}

func superscript(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	return strings.Map(func(r rune) rune { return digits[r-'0'] }, strconv.Itoa(n))
}

func texts(errs []error) (out []string) {
	for _, e := range errs {
		out = append(out, e.Error())
	}
	return out
}

// line is one row of a table as text: a label and the parts of each column.
type line struct {
	label string
	parts [][numParts]string
}

// wrongAnswers is the footnote of a cell marked "!".
const wrongAnswers = "! wrong answers (stale accesses or faults): never counts as better"

// rowLine formats a row of cells with one scale, as benchstat does.
func (t *Table) rowLine(row int, notes *footnotes) line {
	var centers []float64
	for _, c := range t.Cells[row] {
		if c != nil {
			centers = append(centers, c.Summary.Center)
		}
	}
	scale := benchunit.CommonScale(centers, benchunit.ClassOf(t.Unit))
	l := line{label: t.Rows[row]}
	for _, c := range t.Cells[row] {
		var p [numParts]string
		if c != nil {
			var marked []string
			switch {
			case c.Wrong:
				p[partMark], marked = "!", []string{wrongAnswers}
			case c.rough():
				p[partMark], marked = record.WideMark, []string{c.roughly()}
			}
			p[partCenter] = scale.Format(c.Summary.Center)
			p[partRange] = "± " + c.Summary.PctRangeString()
			p[partWarn] = notes.mark(append(marked, texts(c.Warnings)...)...)
			if c.Base != nil {
				p[partDelta], p[partP] = c.Delta(), "("+c.Comparison.String()+")"
				p[partWarnDelta] = notes.mark(texts(c.Comparison.Warnings)...)
				p[partVerdict] = c.Verdict.String()
			}
		}
		l.parts = append(l.parts, p)
	}
	return l
}

// meanLine is the last row.
func (t *Table) meanLine(notes *footnotes) line {
	l := line{label: "geomean"}
	for i := range t.Means {
		m, p, last := &t.Means[i], [numParts]string{}, partWarn
		if !math.IsNaN(m.Center) {
			p[partCenter] = benchunit.Scale(m.Center, benchunit.ClassOf(t.Unit))
		}
		if m.Wrong > 0 {
			p[partMark] = "!"
		}
		if i > 0 {
			p[partDelta], last = m.delta(), partWarnDelta
		}
		p[last] = notes.mark(t.leftOut(i)...)
		l.parts = append(l.parts, p)
	}
	return l
}

// lines returns the rows, the mean, and their footnotes.
func (t *Table) lines() (lines []line, notes footnotes) {
	for i := range t.Rows {
		lines = append(lines, t.rowLine(i, &notes))
	}
	if len(t.Rows) > 1 {
		lines = append(lines, t.meanLine(&notes))
	}
	return lines, notes
}

// Text writes the summary, then the tables in benchstat's layout with the verdict after each change, and the notes.
// With color set the verdicts are green and red. On a screen a table that is wider has its columns in blocks, each beside the base.
func (c *Comparison) Text(w io.Writer, color bool) error {
	var b strings.Builder
	var before [][2]string
	for _, line := range c.Summary {
		b.WriteString(line + "\n")
	}
	if len(c.Summary) > 0 && len(c.Tables) > 0 {
		b.WriteByte('\n')
	}
	for i, t := range c.Tables {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, kv := range t.Config {
			if before == nil && kv[1] != "" || before != nil && before[j] != kv {
				fmt.Fprintf(&b, "%s: %s\n", kv[0], kv[1])
			}
		}
		before = t.Config
		t.text(&b, texttab.Columns(w, math.MaxInt), color)
	}
	for i, n := range c.Notes {
		if i == 0 && len(c.Tables) > 0 {
			b.WriteByte('\n')
		}
		for k, part := range texttab.Wrap(n, texttab.Columns(w, noteWidth)) {
			b.WriteString(strings.Repeat("  ", min(k, 1)) + part + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) text(b *strings.Builder, wide int, color bool) {
	lines, notes := t.lines()
	lay := t.layout(lines)
	for i, cols := range lay.blocks(wide) {
		if i > 0 {
			b.WriteByte('\n')
		}
		lay.header(b, t, cols)
		for k := range lines {
			lay.line(b, &lines[k], cols, color)
		}
	}
	for i, n := range notes.list {
		fmt.Fprintf(b, "%s %s\n", superscript(i+1), n)
	}
}

// layout holds the widths of the columns and their parts.
type layout struct {
	label int
	parts [][numParts]int
	group []int // a whole column, at least as wide as its header
}

func (t *Table) layout(lines []line) *layout {
	lay := &layout{parts: make([][numParts]int, len(t.Cols)), group: make([]int, len(t.Cols))}
	for _, l := range lines {
		lay.label = max(lay.label, width(l.label))
		for i, parts := range l.parts {
			for k, p := range parts {
				lay.parts[i][k] = max(lay.parts[i][k], width(p))
			}
		}
	}
	for i := range t.Cols {
		for _, n := range lay.parts[i] {
			if n > 0 {
				lay.group[i] += n + 1
			}
		}
		lay.group[i] = max(lay.group[i]-1, width(unitHead(t, i)))
		for _, f := range t.cols[i].Projection().FlattenedFields() {
			lay.group[i] = max(lay.group[i], width(t.cols[i].Get(f)))
		}
	}
	return lay
}

// blocks divides the columns so that each block fits into a line of so many characters: the first column, which is the base, and
// the next of the others, one at least.
func (lay *layout) blocks(wide int) (list [][]int) {
	const gap = len(" | ")
	base := lay.label + gap + lay.group[0] + len(" |")
	block, used := []int{0}, base
	for i := 1; i < len(lay.group); i++ {
		if len(block) > 1 && used+gap+lay.group[i] > wide {
			list, block, used = append(list, block), []int{0}, base
		}
		block, used = append(block, i), used+gap+lay.group[i]
	}
	return append(list, block)
}

// unitHead returns the lowest header of a column. Every table names its base.
func unitHead(t *Table, col int) string {
	if col == 0 {
		return t.Unit
	}
	return t.Unit + "  vs base"
}

// header writes the heads of some columns.
func (lay *layout) header(b *strings.Builder, t *Table, cols []int) {
	var keys []benchproc.Key
	for _, i := range cols {
		keys = append(keys, t.cols[i])
	}
	nodes := benchproc.NewKeyHeader(keys).Top
	for len(nodes) > 0 {
		var next []*benchproc.KeyHeaderNode
		b.WriteString(strings.Repeat(" ", lay.label))
		for _, n := range nodes {
			wide := 3 * (n.Len - 1)
			for _, i := range cols[n.Start : n.Start+n.Len] {
				wide += lay.group[i]
			}
			b.WriteString(" │ " + center(n.Value, wide))
			next = append(next, n.Children...)
		}
		b.WriteString(" │\n")
		nodes = next
	}
	b.WriteString(strings.Repeat(" ", lay.label))
	for _, i := range cols {
		b.WriteString(" │ " + center(unitHead(t, i), lay.group[i]))
	}
	b.WriteString(" │\n")
}

// line writes a row of some columns.
func (lay *layout) line(b *strings.Builder, l *line, cols []int, color bool) {
	text := l.label + strings.Repeat(" ", lay.label-width(l.label))
	for _, i := range cols {
		parts := l.parts[i]
		text += "   "
		used := 0
		for k, p := range parts {
			wide := lay.parts[i][k]
			if wide == 0 {
				continue
			}
			pad := strings.Repeat(" ", wide-width(p))
			if color {
				p = painted(p)
			}
			if leftAligned[k] {
				p += pad
			} else {
				p = pad + p
			}
			if used > 0 {
				text += " "
				used++
			}
			text += p
			used += wide
		}
		text += strings.Repeat(" ", lay.group[i]-used)
	}
	b.WriteString(strings.TrimRight(text, " ") + "\n")
}

// painted colours a verdict.
func painted(word string) string {
	switch word {
	case Better.String():
		return "\x1b[32m" + word + "\x1b[0m"
	case Worse.String():
		return "\x1b[31m" + word + "\x1b[0m"
	}
	return word
}

func width(s string) int { return utf8.RuneCountInString(s) }

func center(s string, wide int) string {
	left := (wide - width(s)) / 2
	return strings.Repeat(" ", left) + s + strings.Repeat(" ", wide-left-width(s))
}
