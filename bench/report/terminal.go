package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// textWidth is the width of a table on a terminal in columns. Wider tables continue below.
const textWidth = 100

// Text writes the results for a terminal. If designs compete in several workloads it writes one screen for each
// machine: the slowdown of each design over all workloads, who wins where, what is not ranked, what is fragile, and how
// long freed pages can be reached, where that was measured. The tables follow if there is no such screen, or if tables
// is set.
func (r *Results) Text(w io.Writer, tables bool) error {
	t := &terminal{w: w}
	if len(r.panels) > 0 {
		for _, s := range r.Unfinished() {
			t.say("%s", s)
		}
	}
	for _, g := range r.groups() {
		o := g.overview()
		if o != nil && len(axesOf(points(g.panels))) == 0 {
			t.overview(o)
			if !tables {
				for _, p := range g.panels {
					t.exposureText(p)
				}
				continue
			}
		}
		t.tables(g)
	}
	if lines, _ := r.OnlyVaried(); t.err == nil && len(lines) > 0 {
		t.say("%s", lines[0])
		t.err = errors.Join(t.err, r.Sensitivity(w))
	}
	return t.err
}

// tables writes, for each workload, the cost of an operation by design and number of CPUs, with the judge's marks,
// and in a line for each design where its cycles go. If a tunable or parameter takes at least three values, lines
// over its values replace the table.
func (t *terminal) tables(g *group) {
	for _, same := range byWorkload(g.panels) {
		lines := linesOf(same)
		for _, l := range lines {
			t.line(l)
		}
		for _, p := range same {
			if len(lines) == 0 {
				t.panel(p)
			}
			t.exposureText(p)
		}
	}
}

// byWorkload groups panels that differ in parameters only.
func byWorkload(panels []*Panel) (groups [][]*Panel) {
	for _, p := range panels {
		i := slices.IndexFunc(groups, func(g []*Panel) bool { return g[0].bare == p.bare })
		if i < 0 {
			i = len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], p)
	}
	return groups
}

// terminal writes text and keeps the first error.
type terminal struct {
	w   io.Writer
	err error
}

func (t *terminal) say(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format+"\n", args...)
	}
}

// list writes lines that belong to what is above them.
func (t *terminal) list(lines []string) {
	for _, s := range lines {
		t.say("  %s", s)
	}
}

func (t *terminal) table(tab *texttab.Table) {
	if t.err == nil {
		t.err = tab.Write(t.w)
	}
}

// heading returns the unit in words.
func (p *Panel) heading() string {
	if p.Unit == "sec/op" {
		return "ns per operation, ± the spread of the repetitions"
	}
	return "cycles per operation"
}

// panel writes one table with its notes.
func (t *terminal) panel(p *Panel) {
	all := p.cpus()
	t.say("%s: %s", p.title(), p.heading())
	tab := &texttab.Table{Indent: "  ", Width: textWidth}
	head := []string{"CPUs"}
	for _, n := range all {
		head = append(head, strconv.Itoa(n))
	}
	tab.Row(head...)
	stuck, at := p.failures()
	shown := slices.Clone(p.curves)
	for _, label := range stuck {
		if len(p.pointsOf(label)) == 0 { // it failed everywhere
			shown = append(shown, &curve{label: label})
		}
	}
	for _, c := range shown {
		row := []string{c.label}
		for _, n := range all {
			text := p.contests[n].text(c.at(n))
			if c.at(n) == nil && slices.Contains(at[c.label], n) {
				text = failedMark
			}
			row = append(row, text)
		}
		tab.Row(row...)
	}
	if len(p.curves) > 1 {
		row := []string{"* beats the next"}
		for _, n := range all {
			row = append(row, p.contests[n].leadText())
		}
		tab.Row(row...)
	}
	t.table(tab)
	t.legend(p.inOrder()...)
	t.list(p.notRanked())
	t.list(p.hostNotes())
	last := all[len(all)-1]
	field := p.contests[last].field
	rank := func(c *curve) int { return slices.IndexFunc(field, func(pt *point) bool { return pt.curve == c }) }
	curves := slices.Clone(p.curves)
	slices.SortStableFunc(curves, func(a, b *curve) int { return cmp.Compare(uint(rank(a)), uint(rank(b))) }) // -1 is last
	var whys []string
	for _, c := range curves {
		if pt := c.at(last); pt != nil && pt.why() != "" {
			whys = append(whys, c.label+": "+joinWith("; ", pt.why(), pt.hot))
		}
	}
	t.why("at "+cpus(last), whys)
}

// legend explains the marks of a table that the notes below it do not explain.
func (t *terminal) legend(contests ...*contest) {
	text := legendUpTo(tied, contests)
	if slices.ContainsFunc(contests, (*contest).anyHalfWidth) {
		text = joinWith("; ", text, "±: 95 % half-width")
	}
	if text != "" {
		t.list(texttab.Wrap(text, textWidth-4))
	}
}

// anyHalfWidth reports whether text prints the half-width of a cell.
func (c *contest) anyHalfWidth() bool {
	for p := range c.states {
		if c.unit != "sec/op" && p.value(record.HalfWidth) > tieBand {
			return true
		}
	}
	return false
}

// text returns one number with its mark, or "-".
func (c *contest) text(p *point) string {
	if p == nil {
		return "-"
	}
	v, ok := p.median(c.unit)
	switch {
	case !ok:
		return "-"
	case c.unit != "sec/op":
		s := c.mark(p) + texttab.Thousands(v)
		if half := p.value(record.HalfWidth); half > tieBand {
			s += fmt.Sprintf("±%.0f%%", 100*half)
		}
		return s
	case p.reps(c.unit) < 3:
		return c.mark(p) + texttab.Thousands(1e9*v)
	}
	return fmt.Sprintf("%s%s±%.0f%%", c.mark(p), texttab.Thousands(1e9*v), 100*p.spread(c.unit))
}

// leadText formats the factor by which the winner beats the next.
func (c *contest) leadText() string {
	switch {
	case len(c.open) > 0:
		return "~"
	case !c.decided():
		return "-"
	case c.ties > 1:
		return "tie"
	}
	return factor(c.lead()) + "x"
}

// factor prints a ratio of at least 1.
func factor(x float64) string {
	if x >= 100 {
		return texttab.Thousands(x)
	}
	return fmt.Sprintf("%.2f", x)
}

// hostNotes explains for real threads how far to trust the panel.
func (p *Panel) hostNotes() (lines []string) {
	if p.Unit != "sec/op" {
		return nil
	}
	load, switched := 0.0, 0.0
	var lab []float64
	for _, pt := range p.points() {
		_, most := pt.span("host-load")
		load = max(load, most)
		for _, n := range pt.vals["descheduled"] {
			switched += n
		}
		if v, ok := pt.median(record.Lab); ok {
			lab = append(lab, 1e9*v)
		}
	}
	for _, n := range p.cpus() {
		if p.contests[n].has(shared) {
			lines = append(lines, fmt.Sprintf("%s at %s no thread is pinned: no claim about scaling", shared.mark(), cpus(n)))
		}
	}
	if len(lab) > 0 {
		lines = append(lines, fmt.Sprintf("the lab itself takes %s to %s ns of them (%s, an estimate)",
			texttab.Thousands(slices.Min(lab)), texttab.Thousands(slices.Max(lab)), record.Lab))
	}
	return append(lines, fmt.Sprintf("host: load up to %.1f, pinned threads were descheduled %s", load, texttab.Count(int64(switched), "time")))
}

// why writes the lines that describe where the cycles go.
func (t *terminal) why(at string, lines []string) {
	if len(lines) > 0 {
		t.say("  why, %s:", at)
	}
	for _, s := range lines {
		t.say("    %s", s)
	}
	t.say("")
}
