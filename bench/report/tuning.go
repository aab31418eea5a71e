package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lwbench/internal/texttab"
)

// tuningFigures shows the effect of each varied tunable on the cost, on reuse and on the KVA allocated.
func tuningFigures(p *Panel) (list []*Figure) {
	for _, group := range tunableSets(p) {
		for _, unit := range []string{p.Unit, "reuse", "kva-pages"} {
			if f := tuningFigure(p, group, unit); f != nil {
				list = append(list, f)
			}
		}
	}
	return list
}

// tunableSet is the curves of one design that differ only in one tunable, by its value.
type tunableSet struct {
	name   string
	rest   string // the design with its other tunables
	curves []*curve
}

// tunableSets finds them.
func tunableSets(p *Panel) (list []tunableSet) {
	for _, c := range p.curves {
		for _, k := range c.set {
			if n, ok := settingOf(c, k.Name); !ok || n < 0 {
				continue
			}
			rest := c.labelBut(k.Name)
			i := slices.IndexFunc(list, func(s tunableSet) bool { return s.name == k.Name && s.rest == rest })
			if i < 0 {
				i = len(list)
				list = append(list, tunableSet{name: k.Name, rest: rest})
			}
			list[i].curves = append(list[i].curves, c)
		}
	}
	list = slices.DeleteFunc(list, func(s tunableSet) bool { return len(s.positive()) < leastValues })
	for _, s := range list {
		slices.SortStableFunc(s.curves, byDesign(s.name))
	}
	return list
}

// positive returns the curves whose value a logarithmic axis can show.
func (s *tunableSet) positive() []*curve {
	return slices.DeleteFunc(slices.Clone(s.curves), func(c *curve) bool { n, _ := settingOf(c, s.name); return n == 0 })
}

// settingOf returns the value of a tunable, and whether it is a whole number.
func settingOf(c *curve, name string) (n int64, ok bool) {
	i := slices.IndexFunc(c.set, named(name))
	if i < 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(c.set[i].Value, 10, 64)
	return n, err == nil
}

// tuningFigure shows one unit against a tunable, a curve for each number of CPUs.
func tuningFigure(p *Panel, g tunableSet, unit string) *Figure {
	short := g.name[strings.LastIndexByte(g.name, '.')+1:]
	t := Table{Head: []string{unit, "CPUs"}}
	note := "A curve for each number of CPUs."
	for _, c := range g.curves {
		n, _ := settingOf(c, g.name)
		t.Head = append(t.Head, short+"="+strconv.FormatInt(n, 10))
		if n == 0 {
			note += fmt.Sprintf(" %s=0 is in the table only: the axis is logarithmic.", short)
		}
	}
	f := &xy{xName: g.name, yName: unit, yUnit: unit, linear: unit == "reuse" || p.hasZero(unit)}
	if unit == "reuse" {
		f.top, f.yName = 1.04, "reuse, share of allocs"
	}
	runs := new(repetitions)
	for i, n := range p.cpus() {
		s := series{label: cpus(n), look: lookOf(&curve{place: i + 1})}
		row := []string{g.rest, texttab.Thousands(float64(n))}
		for _, c := range g.curves {
			row = append(row, p.cellText(c, n, unit))
			pt := c.at(n)
			if pt == nil {
				continue
			}
			v, ok := pt.median(unit)
			if !ok {
				continue
			}
			x, _ := settingOf(c, g.name)
			if x == 0 {
				continue
			}
			runs.add(pt, unit)
			q := xyPoint{x: float64(x), y: v, wrong: pt.wrong(), hollow: pt.over, text: tipText(pt, unit)}
			q.lo, q.hi = pt.span(unit)
			s.pts = append(s.pts, q)
		}
		if len(s.pts) > 0 && len(f.series) < maxCurves {
			f.series = append(f.series, s)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(f.series) == 0 {
		return nil
	}
	return &Figure{
		Name: slug(g.rest + "-" + short + "-" + unit), Title: fmt.Sprintf("%s of %s against %s", unit, g.rest, short),
		Note: joinWith(" ", note, runs.note()), Table: t, w: figureWidth, h: figureHeight, draw: f.draw,
	}
}

// slug turns text into a file name.
func slug(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	s = strings.ToLower(strings.Join(words, "-"))
	return s[:min(len(s), 100)]
}
