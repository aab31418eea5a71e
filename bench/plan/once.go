package plan

import (
	"fmt"
	"slices"
	"strconv"

	"lwbench/bench/workload"
)

// once removes duplicates such as --cpus 1,1. Otherwise a cell would run twice and count as two repetitions. It runs after
// the checks, when equal values have equal text. Two machines with the same name are an error.
func (g *Grid) once() error {
	g.Designs, g.Workloads, g.CPUs = unique(g.Designs), unique(g.Workloads), unique(g.CPUs)
	for i := range g.Set {
		g.Set[i].Values = unique(g.Set[i].Values)
	}
	for i := range g.Param {
		g.Param[i].Values = unique(g.Param[i].Values)
	}
	for i, m := range g.Machines {
		for _, n := range g.Machines[:i] {
			if n.Name == m.Name {
				return fmt.Errorf("machine: two files have the name %s; their results would be indistinguishable", m.Name)
			}
		}
	}
	return nil
}

func unique[T comparable](list []T) []T {
	var out []T
	for _, x := range list {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// sameText gives equal numbers the text of the first of them: 0.5 and 0.50 are one value.
func sameText(p *workload.Param, values []string) []string {
	values = slices.Clone(values)
	if p.Kind == workload.Text {
		return values
	}
	for i := range values {
		for _, first := range values[:i] {
			a, err1 := strconv.ParseFloat(first, 64)
			b, err2 := strconv.ParseFloat(values[i], 64)
			if err1 == nil && err2 == nil && a == b {
				values[i] = first
				break
			}
		}
	}
	return values
}
