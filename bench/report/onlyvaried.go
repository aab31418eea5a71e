package report

import (
	"fmt"
	"slices"
	"strconv"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// OnlyVaried describes results that have no panel, because all of them are of varied machines (lwbench sensitivity):
// what there is, what is missing with the command that adds it, and a table of the costs that change a verdict. It is
// empty if there is a panel.
func (r *Results) OnlyVaried() (lines []string, t Table) {
	if len(r.panels) > 0 || len(r.varied) == 0 {
		return nil, t
	}
	list, err := r.Influences()
	if err != nil { // Add has reported it
		return []string{err.Error()}, t
	}
	for _, s := range r.sources {
		cells, machines, n := 0, []string(nil), 0
		for _, v := range r.varied {
			if v.source == s {
				n, cells = n+1, cells+len(v.results.Results)
				if !slices.Contains(machines, v.machine) {
					machines = append(machines, v.machine)
				}
			}
		}
		lines = append(lines, fmt.Sprintf("%s has %s on %s of %s, and no sweep to judge. To see whether the winners of a sweep hold: lwbench report results/sweep.txt %s",
			s.Name, texttab.Count(cells, "cell"), texttab.Count(n, "variation"), texttab.And(machines), s.Name))
	}
	lines = append(lines, r.Unfinished()...)
	t.Head = []string{"costs halved, doubled", "pairs swapped", "winners changed", "for example"}
	for _, x := range list {
		row := []string{x.Figures, strconv.Itoa(x.Pairs), strconv.Itoa(x.Winners), "–"}
		if x.Pairs > 0 {
			row[3] = x.example()
		}
		t.Rows = append(t.Rows, row)
	}
	for _, machine := range machinesOf(list) {
		for _, title := range r.variedWorkloads(machine) {
			lines = append(lines, fmt.Sprintf("%s on %s: its winners %s.", title, machine, r.dependence(machine, title, list)))
		}
	}
	if len(t.Rows) == 0 {
		t = Table{}
	}
	return lines, t
}

// variedWorkloads lists the workloads that ran on variations of a machine.
func (r *Results) variedWorkloads(machine string) (titles []string) {
	for _, v := range r.varied {
		for _, res := range v.results.Results {
			if title := res.Title(); v.machine == machine && !slices.Contains(titles, title) {
				titles = append(titles, title)
			}
		}
	}
	return titles
}

// cutOff reports whether a file that varies the costs of a machine is visibly not complete.
func (r *Results) cutOff(machine string) bool {
	return slices.ContainsFunc(r.sources, func(s *record.File) bool {
		varies := slices.ContainsFunc(r.varied, func(v *variation) bool { return v.source == s && v.machine == machine })
		return varies && r.missing(s) != ""
	})
}
