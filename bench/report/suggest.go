package report

import (
	"strconv"

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
	words := []string{"why", p.curve.design, "--workload", panel.bare, "--cpus", strconv.Itoa(p.cpus)}
	if panel.Machine != plan.DefaultMachine {
		words = append(words, "--machine", panel.Machine)
	}
	for _, k := range p.curve.set {
		words = append(words, "--set", k.Name+"="+k.Value)
	}
	for _, k := range panel.params {
		words = append(words, "--param", k.Name+"="+k.Value)
	}
	return record.Command(words...)
}
