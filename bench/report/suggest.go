package report

import (
	"fmt"
	"lwbench/bench/plan"
	"lwbench/bench/record"
)

// Suggest returns flags of lwbench profile that show where the most promising design loses most: the cheapest over all
// workloads, in the cell of its greatest slowdown. It is empty where nothing is to be explained.
func (r *Results) Suggest() string {
	for _, g := range r.groups() {
		o := g.overview()
		if o == nil || g.engine != record.Virtual {
			continue
		}
		for _, row := range o.rows {
			if row.class() == 1 && row.times > 1+tieBand {
				return row.worst.flags()
			}
		}
	}
	return ""
}

// flags are the flags that run a cell.
func (p *point) flags() string {
	panel := p.curve.panel
	s := fmt.Sprintf("--alloc %s --workload %s --cpus %d", p.curve.design, panel.bare, p.cpus)
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
