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

// Figures returns the figures of a panel: cost and throughput over CPUs, the costs by kind, the latency distribution, the
// cost against exposure, and the effect of tunables. Figures without data are left out.
func (r *Results) Figures(p *Panel) (list []*Figure) {
	groups := costGroups()
	for _, f := range []*Figure{r.costFigure(p, p.Unit), r.scalingFigure(p), breakdownFigure(p, groups), latencyFigure(p), exposureFigure(p)} {
		if f != nil {
			list = append(list, f)
		}
	}
	list = append(list, tuningFigures(p)...)
	for _, f := range list {
		f.Name = slug(p.Workload + "-" + p.Machine + "-" + p.Engine + "-" + f.Name)
		f.Title += ": " + p.title()
		f.Commands = r.commands(p.sources)
	}
	return list
}

// commands lists the commands of sources, each once.
func (r *Results) commands(sources []int) (list []string) {
	for _, s := range sources {
		if c := r.sources[s].Command; !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// drawn returns the curves that a figure draws, and a note on the others.
func (p *Panel) drawn() ([]*curve, string) {
	if len(p.curves) <= maxCurves {
		return p.curves, ""
	}
	return p.curves[:maxCurves], fmt.Sprintf(" The first %d of %d curves are drawn; the table has all.", maxCurves, len(p.curves))
}

// costFigure shows a unit against the number of CPUs. For the panel's own unit it adds a line of ideal scaling: the cost of
// the cheapest design on the fewest CPUs. It is nil if there is only one number of CPUs.
func (r *Results) costFigure(p *Panel, unit string) *Figure {
	curves, note := p.drawn()
	all := p.cpus()
	if len(all) < 2 {
		return nil
	}
	f := &xy{xName: "CPUs", yName: unit, yUnit: unit, linear: unit == "reuse" || p.hasZero(unit)}
	marks, runs := map[string]bool{}, new(repetitions)
	for _, c := range curves {
		s := series{label: c.label, look: lookOf(c)}
		for _, pt := range c.points {
			v, ok := pt.median(unit)
			if !ok {
				continue
			}
			q := xyPoint{x: float64(pt.cpus), y: v, wrong: pt.wrong(), hollow: pt.over}
			q.lo, q.hi = pt.span(unit)
			q.text = tipText(pt, unit)
			marks["wrong"], marks["over"] = marks["wrong"] || q.wrong, marks["over"] || q.hollow
			runs.add(pt, unit)
			s.pts = append(s.pts, q)
		}
		if len(s.pts) > 0 {
			f.series = append(f.series, s)
		}
	}
	if len(f.series) == 0 {
		return nil
	}
	if unit == p.Unit && !f.linear {
		f.guides = p.ideal(all)
	}
	return &Figure{
		Name: slug(unit), Title: unit + " against CPUs", Note: strings.TrimSpace(joinWith(" ", runs.note(), legendNote(marks)) + note),
		Table: p.table(unit), w: figureWidth, h: figureHeight, draw: f.draw,
	}
}

// repetitions counts the marks of a figure, and those that stand for several runs.
type repetitions struct{ marks, several int }

func (r *repetitions) add(p *point, unit string) {
	r.marks++
	if p.reps(unit) > 1 {
		r.several++
	}
}

// note says what the marks and bars are if a cell ran more than once.
func (r *repetitions) note() string {
	switch {
	case r.several == 0:
		return ""
	case r.several == r.marks:
		return "Marks are medians; bars span the repetitions."
	case r.several == 1:
		return fmt.Sprintf("1 of %d marks is the median of several runs; a bar spans them.", r.marks)
	}
	return fmt.Sprintf("%d of %d marks are medians of several runs; bars span them.", r.several, r.marks)
}

// legendNote explains the marks that are in a figure.
func legendNote(marks map[string]bool) string {
	var say []string
	if marks["wrong"] {
		say = append(say, "Crossed out: the oracles found stale accesses or faults there.")
	}
	if marks["over"] {
		say = append(say, "Hollow: more CPUs than the host has cores.")
	}
	return strings.Join(say, " ")
}

// tipText is the tooltip of a mark.
func tipText(pt *point, unit string) string {
	v, _ := pt.median(unit)
	s := fmt.Sprintf("%s, %s: %s", pt.curve.label, cpus(pt.cpus), withUnit(v, unit))
	if n := pt.reps(unit); n > 1 {
		lo, hi := pt.span(unit)
		s += fmt.Sprintf(" (%s to %s, %d repetitions)", number(lo, unit), number(hi, unit), n)
	}
	if half := pt.value(record.HalfWidth); unit == "cycles/op" && record.Rough(half) {
		s += ", half-width " + percent(half)
	}
	if pt.wrong() {
		s += "; wrong answers"
	}
	return s
}

// hasZero reports whether a logarithmic axis cannot show the unit.
func (p *Panel) hasZero(unit string) bool {
	return slices.ContainsFunc(p.points(), func(pt *point) bool {
		lo, _ := pt.span(unit)
		return lo == 0 && pt.reps(unit) > 0
	})
}

// ideal is the line of constant cost at that of the cheapest design on the fewest CPUs.
func (p *Panel) ideal(all []int) []guide {
	least := math.Inf(1)
	for _, c := range p.curves {
		if pt := c.at(all[0]); pt != nil {
			if v, ok := pt.median(p.Unit); ok {
				least = min(least, v)
			}
		}
	}
	if math.IsInf(least, 1) {
		return nil
	}
	return []guide{{"ideal", []xyPoint{{x: float64(all[0]), y: least}, {x: float64(all[len(all)-1]), y: least}}}}
}

// table is a unit by curve and number of CPUs.
func (p *Panel) table(unit string) Table {
	all := p.cpus()
	t := Table{Head: []string{unit}}
	for _, n := range all {
		t.Head = append(t.Head, cpus(n))
	}
	for _, c := range p.curves {
		row := []string{c.label}
		for _, n := range all {
			row = append(row, p.cellText(c, n, unit))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// cellText is one number of a table with its mark.
func (p *Panel) cellText(c *curve, cpus int, unit string) string {
	pt := c.at(cpus)
	if pt == nil {
		return "–"
	}
	v, ok := pt.median(unit)
	if !ok {
		return "–"
	}
	s := number(v, unit)
	if n := pt.reps(unit); n > 1 {
		if lo, hi := pt.span(unit); lo < hi {
			s += fmt.Sprintf(" (%s–%s)", number(lo, unit), number(hi, unit))
		}
	}
	switch state := p.contests[cpus].states[pt]; {
	case unit == p.Unit:
		s = p.contests[cpus].mark(pt) + s
	case state == wrong, state == shared: // the other marks concern only the cost
		s = state.mark() + s
	}
	return s
}

// breakdownFigure shows the shares of the kinds of cost in each cell, at the smallest and the largest number of CPUs. It is
// nil if no cell has all its costs.
func breakdownFigure(p *Panel, groups []costGroup) *Figure {
	curves, note := p.drawn()
	all := p.cpus()
	ends := slices.Compact([]int{all[0], all[len(all)-1]})
	var blocks []barBlock
	means := ""
	for _, n := range ends {
		b := barBlock{title: "on " + cpus(n) + ", share of cycles/op (in all at the right)"}
		for _, c := range curves {
			if pt := c.at(n); pt != nil && pt.wantBreakdown(groups) {
				b.rows = append(b.rows, barOf(pt, groups))
				if pt.reps("cycles/op") > 1 {
					means = "Means where there are repetitions."
				}
			}
		}
		if len(b.rows) > 0 {
			blocks = append(blocks, b)
		}
	}
	if len(blocks) == 0 {
		return nil
	}
	f := newBars(groups, blocks)
	return &Figure{
		Name: "breakdown", Title: "where the cycles go", Note: strings.TrimSpace(means + note),
		Table: breakdownTable(p, ends), w: figureWidth, h: f.height(figureWidth - 8), draw: f.draw,
	}
}

// newBars returns the figure of these bars, with a legend of the groups that they have.
func newBars(groups []costGroup, blocks []barBlock) *bars {
	f := &bars{blocks: blocks}
	for i := range groups {
		f.parts = append(f.parts, entry{label: groups[i].name, kind: blockEntry, look: look{color: parseHex(groups[i].color)}})
	}
	f.dropUnused()
	return f
}

// barOf returns the bar of a cell.
func barOf(pt *point, groups []costGroup) barRow {
	whole := pt.mean("cycles/op")
	r := barRow{label: pt.curve.label, total: number(whole, "cycles/op")}
	for i := range groups {
		v := groups[i].of(pt)
		r.shares = append(r.shares, v/whole)
		r.texts = append(r.texts, fmt.Sprintf("%s, %s, %s: %s cycles/op, %s", pt.curve.label, cpus(pt.cpus), groups[i].name, plain(v), percent(v/whole)))
	}
	return r
}

// dropUnused removes the parts that no bar has.
func (f *bars) dropUnused() {
	for i := len(f.parts) - 1; i >= 0; i-- {
		used := false
		for _, b := range f.blocks {
			used = used || slices.ContainsFunc(b.rows, func(r barRow) bool { return r.shares[i] > 0 })
		}
		if used {
			continue
		}
		f.parts = slices.Delete(f.parts, i, i+1)
		for _, b := range f.blocks {
			for k := range b.rows {
				b.rows[k].shares = slices.Delete(b.rows[k].shares, i, i+1)
				b.rows[k].texts = slices.Delete(b.rows[k].texts, i, i+1)
			}
		}
	}
}

// breakdownTable lists every kind of cost in cycles per operation.
func breakdownTable(p *Panel, ends []int) Table {
	t := Table{Head: []string{"cycles/op", "CPUs", "in all"}}
	units := costUnits()
	for _, u := range units {
		t.Head = append(t.Head, strings.TrimSuffix(u, costSuffix))
	}
	for _, n := range ends {
		for _, c := range p.curves {
			pt := c.at(n)
			if pt == nil {
				continue
			}
			row := []string{c.label, texttab.Thousands(float64(n)), plain(pt.mean("cycles/op"))}
			for _, u := range units {
				row = append(row, plain(pt.mean(u)))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// byDesign sorts curves by their tunable's value.
func byDesign(tunable string) func(a, b *curve) int {
	return func(a, b *curve) int {
		x, _ := settingOf(a, tunable)
		y, _ := settingOf(b, tunable)
		return cmp.Compare(x, y)
	}
}
