package report

import (
	"slices"
	"strconv"
	"strings"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/steady"
)

// Suggest returns the command that explains the greatest slowdown of the design that is cheapest over all workloads, and shows the same
// figure. It is empty if there is nothing to explain.
func (r *Results) Suggest() string {
	for _, g := range r.groups() {
		o := g.overview()
		if o == nil || g.engine != record.Virtual {
			continue
		}
		for _, row := range o.rows {
			if o.class(row) == 1 && row.times > 1+tieBand {
				return row.worst.whyCommand(r.sources[row.worst.curve.source].Words)
			}
		}
	}
	return ""
}

// whyCommand is the command that explains a cell of a sweep with these words.
func (p *point) whyCommand(sweep []string) string {
	panel := p.curve.panel
	words := []string{"why", p.curve.design, "--workload", panel.bare, "--cpus", strconv.Itoa(p.cpus)}
	machine := record.Unwindowed(panel.Machine)
	if machine != plan.DefaultMachine {
		words = append(words, "--machine", machine)
	}
	if _, kva, ok := strings.Cut(strings.TrimPrefix(panel.Machine, machine), "="); ok {
		words = append(words, "--kva", kva)
	}
	for _, k := range p.curve.set {
		words = append(words, "--set", k.Name+"="+k.Value)
	}
	for _, k := range panel.params {
		words = append(words, "--param", k.Name+"="+k.Value)
	}
	return record.Command(append(words, p.sameRun(sweep)...)...)
}

// sameRun is the flags with which a command runs a cell for as long as its sweep did, with the seed of the repetition that is shown.
func (p *point) sameRun(sweep []string) (words []string) {
	seed, fixed := "", false
	for i, w := range sweep[:max(0, len(sweep)-1)] {
		switch w {
		case "--ops", "--warmup":
			words, fixed = append(words, w, sweep[i+1]), true
		case "--seed":
			seed = sweep[i+1]
		}
	}
	unit := p.curve.panel.Unit
	at := max(0, slices.Index(p.vals[unit], p.value(unit)))
	if at < len(p.runs) {
		if s, ok := strings.CutPrefix(p.runs[at], "seed "); ok {
			seed = s
		}
		switch run := p.runs[at]; {
		case fixed:
		case run == record.Longer || run == record.Longest:
			words = append(words, "--until", run)
		case run == "" && p.screened():
			words = append(words, "--until", bench.Screening)
		}
	}
	if seed != "" {
		words = append(words, "--seed", seed)
	}
	return words
}

// screened reports whether the cell ended when its cost was roughly known, and could have gone on.
func (p *point) screened() bool {
	return p.value(record.Unsteady) == record.WideSpread && 2*p.value(record.RunOps) <= 1.05*float64(steady.Full(p.cpus).Most)
}
