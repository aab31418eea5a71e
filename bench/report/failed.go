package report

import (
	"fmt"
	"slices"
	"strings"

	"lwbench/bench/record"
)

// failedMark is how a table shows a cell whose design got stuck or panicked.
const failedMark = "×"

// failedMeaning explains it.
const failedMeaning = "failed, no figures (# failed in the file says why)"

// failure is a cell of a panel that has no figures.
type failure struct {
	label string
	cpus  int
}

// fail notes the cells of a file that have no figures, by name. A name does not say the machine: a panel that has figures of the cell
// is of another.
func (b *batch) fail(names []string) {
	for _, text := range names {
		name, err := record.ParseName(text)
		if err != nil {
			continue
		}
		for _, p := range b.panels {
			f := failure{name.Label(), name.CPUs}
			c := b.curve[p.key()+"\x00"+f.label]
			if p.Workload == name.Title() && (c == nil || c.at(f.cpus) == nil) && !slices.Contains(p.failed, f) {
				p.failed = append(p.failed, f)
			}
		}
	}
}

// failures returns the numbers of CPUs at which each design failed, and their designs in order.
func (p *Panel) failures() (labels []string, at map[string][]int) {
	at = make(map[string][]int)
	for _, f := range p.failed {
		if slices.ContainsFunc(p.pointsOf(f.label), func(pt *point) bool { return pt.cpus == f.cpus }) {
			continue // another file has it
		}
		if at[f.label] == nil {
			labels = append(labels, f.label)
		}
		at[f.label] = append(at[f.label], f.cpus)
	}
	return labels, at
}

// failedLines says which designs failed where.
func (p *Panel) failedLines() (lines []string) {
	labels, at := p.failures()
	for _, label := range labels {
		lines = append(lines, fmt.Sprintf("%s %s at %s: %s.", failedMark, label, cpuList(at[label]), failedMeaning))
	}
	return lines
}

// failedLines says which designs failed, under which workloads.
func (o *overview) failedLines() (lines []string) {
	where := make(map[string][]string)
	var order []string
	for _, p := range o.group.panels {
		labels, at := p.failures()
		for _, label := range labels {
			if where[label] == nil {
				order = append(order, label)
			}
			where[label] = append(where[label], p.Workload+" at "+numbers(at[label]))
		}
	}
	for _, label := range order {
		lines = append(lines, fmt.Sprintf("%s %s: %s: %s", failedMark, label, failedMeaning, strings.Join(where[label], "; ")))
	}
	return lines
}
