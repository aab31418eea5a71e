package report

import (
	"fmt"

	"lwbench/bench/plan"
	"lwbench/bench/record"
)

// Suggest returns the command that explains the greatest slowdown of the design that is cheapest over all workloads. It is
// empty if there is nothing to explain.
func (r *Results) Suggest() string {
	for _, g := range r.groups() {
		o := g.overview()
		if o == nil || g.engine != record.Virtual {
			continue
		}
		for _, row := range o.rows {
			if o.class(row) == 1 && row.times > 1+tieBand {
				return row.worst.whyCommand()
			}
		}
	}
	return ""
}

// whyCommand is the command that explains a cell.
func (p *point) whyCommand() string {
	panel := p.curve.panel
	s := fmt.Sprintf("lwbench why %s --workload %s --cpus %d", p.curve.design, panel.bare, p.cpus)
	if panel.Machine != plan.DefaultMachine {
		s += " --machine " + panel.Machine
	}
	for _, k := range p.curve.set {
		s += fmt.Sprintf(" --set %s=%s", k.Name, k.Value)
	}
	for _, k := range panel.params {
		s += fmt.Sprintf(" --param %s=%s", k.Name, k.Value)
	}
	return s
}
