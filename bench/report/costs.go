package report

import (
	"math"
	"strings"

	"lwbench/bench"
	"lwbench/bench/record"
)

// costGroup is a set of kinds of cost that share one part of a bar.
type costGroup struct {
	name  string
	verb  string // "… more cycles waiting for locks"
	units []string
	color string
}

// costGroups lists the parts. Kinds of cost that are not named here belong to the last part, so that the parts always
// add up to the whole. The colours are Paul Tol's muted scheme, which the designs do not use.
func costGroups() []costGroup {
	groups := []costGroup{
		{"own work", "on the workload's own work", []string{"work", "use", "message"}, "#BBBBBB"},
		{"allocator", "in the allocator's own code", []string{"alloc", "kva"}, "#DDCC77"},
		{"PTE writes", "writing PTEs", []string{"pte"}, "#88CCEE"},
		{"local invalidation", "on local invalidations", []string{"invlpg"}, "#332288"},
		{"TLB misses", "on TLB misses", []string{"tlb"}, "#44AA99"},
		{"locks and lines", "taking locks and moving cache lines", []string{"lock", "line"}, "#999933"},
		{"lock wait", "waiting for locks", []string{"lockwait"}, "#CC6677"},
		{"shootdowns", "starting shootdowns", []string{"shootdown"}, "#882255"},
		{"stolen by IPIs", "lost to other CPUs' IPIs", []string{"stolen"}, "#AA4499"},
		{"sleep", "sleeping for a buffer", []string{"sleep"}, "#117733"},
		{"other", "elsewhere", nil, "#777777"},
	}
	known := map[string]bool{}
	for i := range groups {
		for k, name := range groups[i].units {
			groups[i].units[k] = name + costSuffix
			known[name+costSuffix] = true
		}
	}
	other := &groups[len(groups)-1]
	for _, u := range costUnits() {
		if !known[u] {
			other.units = append(other.units, u)
		}
	}
	return groups
}

const costSuffix = "-cycles/op"

// costUnits lists the units that add up to cycles/op.
func costUnits() (list []string) {
	for _, u := range bench.Virtual().Units {
		if strings.HasSuffix(u.Name, costSuffix) && u.Name != record.Elapsed {
			list = append(list, u.Name)
		}
	}
	return list
}

// of returns the cell's cost in the group, the mean of its repetitions.
func (g *costGroup) of(p *point) (sum float64) {
	for _, u := range g.units {
		sum += p.mean(u)
	}
	return sum
}

// wantBreakdown reports whether the cell has costs by kind that add up to cycles/op within a thousandth.
func (p *point) wantBreakdown(groups []costGroup) bool {
	sum := 0.0
	for i := range groups {
		sum += groups[i].of(p)
	}
	whole := p.mean("cycles/op")
	return whole > 0 && math.Abs(sum-whole) <= whole/1000
}
