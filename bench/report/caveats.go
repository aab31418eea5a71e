package report

import (
	"fmt"
	"slices"

	"lwbench/allocators"
	"lwbench/bench/record"
	"lwbench/internal/texttab"
	"lwbench/mmu"
)

// caveat is one limit of the results, with its details.
type caveat struct {
	Text    string
	Details []string
}

// caveats lists the limits of the results: assumed figures of the machine, designs with faults, cells that shared host
// cores, noise, files of which lines are left out.
func (r *Results) caveats() (list []caveat) {
	for _, g := range r.groups() {
		if g.engine == "virtual" {
			list = append(list, r.ofMachine(g))
		} else {
			list = append(list, ofHost(g)...)
		}
	}
	for _, d := range r.faults() {
		list = append(list, caveat{Text: fmt.Sprintf("%s declares a fault and never wins: %s.", d.Name, d.KnownFault)})
	}
	if len(r.panels) > 0 {
		for _, s := range r.Unfinished() {
			list = append(list, caveat{Text: s, Details: r.absent()})
		}
	}
	for _, s := range r.sources {
		if n := len(s.Skipped); n > 0 {
			list = append(list, caveat{Text: fmt.Sprintf("%s: %s could not be read and left out: the file is damaged or not complete.", s.Name, texttab.Count(n, "line"))})
		}
	}
	return list
}

// ofMachine lists the assumed figures of a machine, and reports if it had to grow for the CPUs of the results.
func (r *Results) ofMachine(g *group) caveat {
	m, err := r.lists.Machine(record.Unwindowed(g.machine))
	if err != nil {
		return caveat{Text: fmt.Sprintf("%s is not a machine of lwbench: its assumed figures are unknown.", g.name)}
	}
	var c caveat
	for _, f := range m.Figures {
		if f.Assumed != "" {
			c.Details = append(c.Details, fmt.Sprintf("%s = %s: %s", f.Name, plain(f.Value), f.Assumed))
		}
	}
	c.Text = fmt.Sprintf("%s is a model: %d of its %d figures are assumed, not measured.", g.name, len(c.Details), len(m.Figures))
	most := 1
	for _, p := range g.panels {
		most = max(most, slices.Max(p.cpus()))
	}
	if most <= 1<<16 {
		if t, added := mmu.Sockets(m, most); added > 0 {
			c.Text += fmt.Sprintf(" It has %d CPUs: %s ran on %d sockets instead of %d.",
				m.Topology.CPUs(), texttab.Thousands(float64(most)), t.Sockets, t.Sockets-added)
		}
	}
	return c
}

// ofHost lists the limits of live cells.
func ofHost(g *group) (list []caveat) {
	var over, spread, single []string
	for _, pt := range points(g.panels) {
		unit := pt.curve.panel.Unit
		name := fmt.Sprintf("%s, %s, %s", pt.curve.panel.Workload, pt.curve.label, cpus(pt.cpus))
		switch {
		case pt.over:
			over = append(over, name)
		case pt.reps(unit) == 1:
			single = append(single, name)
		default:
			if lo, hi := pt.span(unit); hi-lo > noisy*pt.value(unit) {
				spread = append(spread, fmt.Sprintf("%s: %s to %s in %d repetitions", name, number(lo, unit), number(hi, unit), pt.reps(unit)))
			}
		}
	}
	for _, k := range []struct {
		text    string
		details []string
	}{
		{"cells had more CPUs than the host has cores (hollow marks): they show no scaling and never win", over},
		{fmt.Sprintf("cells vary by more than %s over their repetitions", percent(noisy)), spread},
		{"cells have one repetition: their noise is unknown", single},
	} {
		if len(k.details) > 0 {
			list = append(list, caveat{fmt.Sprintf("On %s, %d %s.", g.name, len(k.details), k.text), k.details})
		}
	}
	return list
}

// faults lists the designs in the results that declare a fault.
func (r *Results) faults() (list []*allocators.Design) {
	for _, d := range r.lists.Designs {
		if d.KnownFault != "" && slices.ContainsFunc(r.panels, func(p *Panel) bool {
			return slices.ContainsFunc(p.curves, func(c *curve) bool { return c.design == d.Name })
		}) {
			list = append(list, d)
		}
	}
	return list
}
