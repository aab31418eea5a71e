package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// overview is the summary of one machine: each design over all workloads.
type overview struct {
	group  *group
	cpus   []int
	rows   []*overviewRow // the cheapest first
	panels []*Panel       // those in which designs compete
}

// overviewRow is one design with its tunables.
type overviewRow struct {
	label string
	at    map[int]*means // by CPUs
	whole means          // over all numbers of CPUs
	worst *point         // where its slowdown is greatest
	times float64        // that slowdown
	mark  string         // record.WideMark if that is known only roughly
}

// means are geometric means over workloads.
type means struct {
	slowdown, mapping float64 // sums of logarithms until done is called
	cells             int
	state             standing // the worst of the cells
	wide              bool     // a cell is known only roughly
}

// mark is the mark of a mean that is not ranked, or is rough.
func (m *means) mark() string {
	mark := ""
	if m.state != ranked {
		mark = m.state.mark()
	}
	if m.wide && mark == "" {
		mark = record.WideMark
	}
	return mark
}

// add counts one cell.
func (m *means) add(slowdown, mapping float64, s standing) {
	m.slowdown += math.Log(slowdown)
	m.mapping += math.Log(max(1, mapping)) // a design that maps nothing still costs something
	m.cells++
	if s == wins || s == tied {
		s = ranked
	}
	m.state = max(m.state, s)
}

func (m *means) done() {
	m.slowdown, m.mapping = math.Exp(m.slowdown/float64(m.cells)), math.Exp(m.mapping/float64(m.cells))
}

// overview summarizes a group. It is nil if fewer than two workloads have a contest.
func (g *group) overview() *overview {
	o := &overview{group: g}
	find := make(map[string]*overviewRow)
	for _, p := range g.panels {
		competes := false
		for _, n := range p.cpus() {
			c := p.contests[n]
			if len(c.field) < 2 {
				continue
			}
			competes = true
			if !slices.Contains(o.cpus, n) {
				o.cpus = append(o.cpus, n)
			}
			for _, curve := range p.curves {
				pt := curve.at(n)
				if pt == nil || pt.value(p.Unit) <= 0 {
					continue
				}
				row := find[curve.label]
				if row == nil {
					row = &overviewRow{label: curve.label, at: make(map[int]*means)}
					find[curve.label], o.rows = row, append(o.rows, row)
				}
				row.add(c, pt)
			}
		}
		if competes {
			o.panels = append(o.panels, p)
		}
	}
	if len(o.panels) < 2 {
		return nil
	}
	slices.Sort(o.cpus)
	for _, r := range o.rows {
		r.whole.done()
		for _, m := range r.at {
			m.done()
		}
	}
	slices.SortStableFunc(o.rows, func(a, b *overviewRow) int {
		return cmp.Or(cmp.Compare(o.class(a), o.class(b)), cmp.Compare(a.whole.slowdown, b.whole.slowdown))
	})
	return o
}

// class sorts rows: the floor, then the designs that compete everywhere, then those that are missing somewhere, whose means
// are of other workloads, then those with faults.
func (o *overview) class(r *overviewRow) int {
	switch {
	case r.whole.state == floor:
		return 0
	case r.whole.state == wrong || r.whole.state == declared:
		return 3
	case r.whole.cells < o.cells():
		return 2
	}
	return 1
}

// cells returns the number of cells of a design that is missing nowhere.
func (o *overview) cells() (most int) {
	for _, r := range o.rows {
		most = max(most, r.whole.cells)
	}
	return most
}

func (r *overviewRow) add(c *contest, p *point) {
	cost, state := p.value(c.unit), c.states[p]
	slowdown := cost / c.field[0].value(c.unit)
	if r.at[p.cpus] == nil {
		r.at[p.cpus] = new(means)
	}
	for _, m := range []*means{r.at[p.cpus], &r.whole} {
		m.add(slowdown, cost-p.own(), state)
		m.wide = m.wide || c.wide(p)
	}
	if r.worst == nil || slowdown > r.times {
		r.worst, r.times, r.mark = p, slowdown, ""
		if c.wide(p) {
			r.mark = record.WideMark
		}
	}
}

// own returns the cost of the workload's own work, which any design has; 0 if costs are not known by kind.
func (p *point) own() (sum float64) {
	for _, k := range ownWork() {
		sum += p.value(k + costSuffix)
	}
	return sum
}

// slowdowns is the table of geometric means of the slowdown against the best design.
func (o *overview) slowdowns() Table {
	t := o.table("slowdown", func(m *means) (float64, string) { return m.slowdown, factor(m.slowdown) })
	t.Head = append(t.Head, "worst")
	for i, r := range o.rows {
		p := r.worst
		text := "–"
		if r.times > 1+tieBand {
			text = fmt.Sprintf("%s%sx %s at %d", r.mark, factor(r.times), p.curve.panel.Workload, p.cpus)
		}
		t.Rows[i] = append(t.Rows[i], text)
	}
	return t
}

// mappings is the table of geometric means of the cost of mapping in cycles: the cost of an operation without the
// workload's own work. It has no rows on real threads.
func (o *overview) mappings() Table {
	if o.panels[0].Unit != "cycles/op" {
		return Table{}
	}
	return o.table("mapping cost", func(m *means) (float64, string) { return m.mapping, texttab.Thousands(m.mapping) })
}

// table is a mean by design and number of CPUs. The smallest of a column is marked among the designs that are ranked
// in all workloads. A mean over fewer workloads is marked with their number.
func (o *overview) table(name string, of func(*means) (float64, string)) Table {
	t := Table{Head: []string{name}}
	most := make(map[int]int) // cells of a column
	best := make(map[int]float64)
	for _, n := range o.cpus {
		t.Head = append(t.Head, cpus(n))
		for _, r := range o.rows {
			m := r.at[n]
			if m == nil {
				continue
			}
			most[n] = max(most[n], m.cells)
		}
		for _, r := range o.rows {
			if m := r.at[n]; m != nil && m.state == ranked && m.cells == most[n] {
				if v, _ := of(m); best[n] == 0 || v < best[n] {
					best[n] = v
				}
			}
		}
	}
	for _, r := range o.rows {
		row := []string{r.label}
		for _, n := range o.cpus {
			m := r.at[n]
			if m == nil {
				row = append(row, "–")
				continue
			}
			v, text := of(m)
			text = m.mark() + text
			switch {
			case m.state != ranked:
			case m.cells < most[n]:
				text += fmt.Sprintf(" (%d)", m.cells)
			case v == best[n]:
				text = wins.mark() + text
			case v <= best[n]*(1+tieBand):
				text = tied.mark() + text
			}
			row = append(row, text)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// title describes the content of slowdowns.
func (o *overview) title() string {
	unit := "Cycles"
	if o.panels[0].Unit == "sec/op" {
		unit = "Time"
	}
	return unit + " per operation against the cheapest design, geometric mean over the workloads"
}

// caption is the title of slowdowns with its marks.
func (o *overview) caption() string {
	return o.title() + ". " + o.marks(o.slowdowns().Rows) + "."
}

// marks explains the marks that occur in rows of means.
func (o *overview) marks(rows [][]string) string {
	occurs := func(is func(cell string) bool) bool {
		return slices.ContainsFunc(rows, func(r []string) bool { return slices.ContainsFunc(r[1:], is) })
	}
	begins := func(mark string) bool { return occurs(func(cell string) bool { return strings.HasPrefix(cell, mark) }) }
	var say, some []string
	for _, k := range []struct {
		has  bool
		text string
	}{
		{begins(wins.mark()), wins.mark() + " least"},
		{begins(tied.mark()), tied.mark() + " within 2 % of it"}, // tieBand
		{occurs(func(cell string) bool { return strings.HasSuffix(cell, ")") }), "(N) in N of the workloads"},
	} {
		if k.has {
			say = append(say, k.text)
		}
	}
	for s := shared; s < unknown; s++ {
		if begins(s.mark()) {
			some = append(some, s.mark()+" "+strings.TrimSuffix(marks[s].meaning, ", not ranked"))
		}
	}
	parts := []string{strings.Join(say, ", ")}
	if len(some) > 0 {
		parts = append(parts, "not ranked, for a workload or more: "+strings.Join(some, ", "))
	}
	if begins(record.WideMark) {
		parts = append(parts, record.WideMark+" "+record.WideMeaning+" in a workload")
	}
	return joinWith("; ", parts...)
}

// legend explains the table of the screen.
func (o *overview) legend() (lines []string) {
	rows := o.slowdowns().Rows
	text := ""
	if maps := o.mappings(); maps.Rows != nil {
		rows = append(rows, maps.Rows...)
		text = "; mapping: cycles without the workload's own work"
	}
	return texttab.Wrap(o.marks(rows)+text, screenWidth-4)
}
