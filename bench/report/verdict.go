package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Verdict says in sentences who wins the panel, where the lead changes hands, and why, from its figures alone.
func (p *Panel) Verdict() (lines []string) {
	cols := p.columns()
	if len(cols) == 0 {
		return []string{p.noContest()}
	}
	list := reigns(cols)
	lines = append(lines, lead(list))
	for i := 1; i < len(list); i++ {
		lines = append(lines, p.crossover(list[i-1], list[i]))
	}
	lines = append(lines, p.margin(cols[0]))
	if len(cols) > 1 {
		lines = append(lines, p.margin(cols[len(cols)-1]))
	}
	return append(lines, p.outOfCompetition()...)
}

// lead names the winners in one sentence.
func lead(list []reign) string {
	if len(list) == 1 && list[0].levels == list[0].columns {
		r := list[0]
		return fmt.Sprintf("Level: %s cannot be told apart %s.", labels(r.to.equal), cpuRange(r.from.cpus, r.to.cpus))
	}
	var who []string
	for i, r := range list {
		s := r.who.label + " "
		if i == 0 {
			s += "is the cheapest "
		}
		who = append(who, s+cpuRange(r.from.cpus, r.to.cpus))
	}
	return strings.Join(who, ", ") + "."
}

// noContest says why nobody can win.
func (p *Panel) noContest() string {
	over := false
	for _, c := range p.curves {
		for _, pt := range c.points {
			over = over || pt.over
		}
	}
	switch {
	case over:
		return "No winner: cells ran with more CPUs than the host has cores, or only one design did not."
	case len(p.curves) == 1:
		return fmt.Sprintf("No contest: %s is alone here.", p.curves[0].label)
	}
	return "No contest: fewer than two designs compete at the same number of CPUs."
}

// crossover says where the lead goes from one to the next.
func (p *Panel) crossover(from, to reign) string {
	a, b := from.to.cpus, to.from.cpus
	s := fmt.Sprintf("The lead goes from %s to %s between %d and %d CPUs", from.who.label, to.who.label, a, b)
	if x := p.crossing(from.who, to.who, a, b); x > 0 {
		s += fmt.Sprintf(", at about %s by interpolation", about(x))
	}
	return s + "."
}

// margin says by how much a column is won, and why.
func (p *Panel) margin(c column) string {
	v, _ := c.first.at(c.cpus).median(p.Unit)
	switch {
	case c.level && c.ratio < level:
		return fmt.Sprintf("At %s %s are level: %s and within 1 %% of each other.", cpus(c.cpus), labels(c.equal), withUnit(v, p.Unit))
	case c.level:
		return fmt.Sprintf("At %s %s cannot be told apart: their repetitions overlap; the least median is %s.",
			cpus(c.cpus), labels(c.equal), withUnit(v, p.Unit))
	}
	s := fmt.Sprintf("At %s %s takes %s and beats the next, %s, %s", cpus(c.cpus), c.first.label, withUnit(v, p.Unit), c.next.label, times(c.ratio))
	if why := reason(c); why != "" {
		s += ": " + why
	}
	return s + "."
}

// outOfCompetition says which curves may not win, and why.
func (p *Panel) outOfCompetition() (lines []string) {
	for _, c := range p.curves {
		var at []int
		for _, pt := range c.points {
			if pt.wrong() {
				at = append(at, pt.cpus)
			}
		}
		switch {
		case len(at) > 0:
			lines = append(lines, fmt.Sprintf("%s never wins with wrong answers: the oracles found stale accesses or faults at %s CPUs.", c.label, list(at)))
		case c.fault != "":
			lines = append(lines, fmt.Sprintf("%s is out of competition: it declares a fault.", c.label))
		}
	}
	return lines
}

// labels lists curves in the order of designs.
func labels(list []*curve) string {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *curve) int { return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.nth, b.nth)) })
	var names []string
	for _, c := range list {
		names = append(names, c.label)
	}
	return and(names)
}

// about prints a number of CPUs that is an estimate: two figures.
func about(x float64) string {
	if x < 10 {
		return trim(fmt.Sprintf("%.1f", x))
	}
	return plain(math.Round(x))
}

// cpuRange prints "at 4 CPUs" or "from 4 to 64 CPUs".
func cpuRange(from, to int) string {
	if from == to {
		return "at " + cpus(from)
	}
	return fmt.Sprintf("from %d to %d CPUs", from, to)
}

func cpus(n int) string {
	if n == 1 {
		return "1 CPU"
	}
	return thousands(float64(n)) + " CPUs"
}

// many prints a number of things.
func many(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return thousands(float64(n)) + " " + thing + "s"
}

// list prints numbers as "1, 2 and 4".
func list(ns []int) string {
	var s []string
	for _, n := range ns {
		s = append(s, thousands(float64(n)))
	}
	return and(s)
}

// and joins words as prose does.
func and(s []string) string {
	if len(s) < 2 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " and " + s[len(s)-1]
}

// summary says for each machine and engine which curves win how many of the judged columns.
func (r *Results) summary() (lines []string) {
	for _, g := range r.groups() {
		total, order, wins := 0, []string(nil), map[string]int{}
		levels := 0
		for _, p := range g.panels {
			for _, c := range p.columns() {
				total++
				if c.level {
					levels++
					continue
				}
				if wins[c.first.label] == 0 {
					order = append(order, c.first.label)
				}
				wins[c.first.label]++
			}
		}
		if total == 0 {
			lines = append(lines, fmt.Sprintf("On %s nothing competes.", g.name))
			continue
		}
		slices.SortStableFunc(order, func(a, b string) int { return wins[b] - wins[a] })
		var say []string
		for _, name := range order {
			say = append(say, fmt.Sprintf("%s in %d", name, wins[name]))
		}
		s := fmt.Sprintf("On %s, of %s (a workload at a number of CPUs)", g.name, many(total, "contest"))
		if len(say) > 0 {
			s += ", the cheapest is " + and(say)
		}
		if levels > 0 {
			s += fmt.Sprintf("; %d %s level", levels, map[bool]string{true: "is", false: "are"}[levels == 1])
		}
		lines = append(lines, s+".")
	}
	return lines
}

// group is the panels of one machine and engine.
type group struct {
	name    string
	machine string
	engine  string
	panels  []*Panel
}

// groups returns machines and engines in order of appearance.
func (r *Results) groups() (list []*group) {
	for _, p := range r.panels {
		i := slices.IndexFunc(list, func(g *group) bool { return g.machine == p.Machine && g.engine == p.Engine })
		if i < 0 {
			i = len(list)
			name := p.Machine
			if p.Engine != "virtual" {
				name += " (" + p.Engine + ")"
			}
			list = append(list, &group{name: name, machine: p.Machine, engine: p.Engine})
		}
		list[i].panels = append(list[i].panels, p)
	}
	return list
}
