package report

import (
	"fmt"
	"slices"

	"lwbench/internal/texttab"
)

// summary says which files are not complete, and for each machine and engine which curves win how many of the contests.
func (r *Results) summary() (lines []string) {
	if len(r.panels) > 0 {
		lines = r.Unfinished()
	}
	for _, g := range r.groups() {
		total, order, wins := 0, []string(nil), map[string]int{}
		ties := 0
		for _, p := range g.panels {
			for _, c := range p.columns() {
				total++
				first := c.winner()
				if first == nil {
					ties++
					continue
				}
				if wins[first.curve.label] == 0 {
					order = append(order, first.curve.label)
				}
				wins[first.curve.label]++
			}
		}
		if total == 0 {
			lines = append(lines, fmt.Sprintf("On %s there is no contest.", g.name))
			continue
		}
		slices.SortStableFunc(order, func(a, b string) int { return wins[b] - wins[a] })
		var say []string
		for _, name := range order {
			say = append(say, fmt.Sprintf("%s in %d", name, wins[name]))
		}
		s := fmt.Sprintf("On %s, of %s (a workload at a number of CPUs)", g.name, texttab.Count(total, "contest"))
		switch {
		case len(say) > 0:
			s += ", the cheapest is " + texttab.And(say)
			if ties > 0 {
				s += "; " + texttab.Count(ties, "tie")
			}
		case ties > 0:
			s = fmt.Sprintf("On %s no design is the cheapest alone: %s in %s (a workload at a number of CPUs)", g.name, texttab.Count(ties, "tie"), texttab.Count(total, "contest"))
		default:
			s += ", none has a cheapest design"
		}
		lines = append(lines, s+".")
	}
	return lines
}

// legend explains the marks of all panels, and is empty if there are none.
func (r *Results) legend() string {
	var all []*contest
	for _, g := range r.groups() {
		all = append(all, g.contests()...)
	}
	if marks := legendOf(all...); marks != "" {
		return fmt.Sprintf("Marks: %s. A lead of up to %s is a tie, and so are ranges that overlap.", marks, percent(tieBand))
	}
	return ""
}

// group is the panels of one machine and engine.
type group struct {
	name    string
	machine string
	engine  string
	panels  []*Panel
}

// contests returns the contests of all panels.
func (g *group) contests() (list []*contest) {
	for _, p := range g.panels {
		list = append(list, p.inOrder()...)
	}
	return list
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
