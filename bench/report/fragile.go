package report

import (
	"cmp"
	"fmt"
	"slices"

	"lwbench/internal/texttab"
)

// mostStretch is the factor by which a cost of the machine may be off, either way, for a lead that depends on it to
// count as fragile.
const mostStretch = 1.5

// machineCosts are the kinds of cost that follow directly from figures of the machine file. Waiting for locks does
// not: it grows with the work done under them.
var machineCosts = []struct{ kind, words string }{
	{"pte", "PTE writes"},
	{"invlpg", "local invalidations"},
	{"tlb", "page walks"},
	{"line", "cache line transfers"},
	{"lock", "uncontended locks"},
	{"shootdown", "sending IPIs"},
	{"stolen", "IPI handlers"},
}

// lever is a lead that is lost if one cost of the machine is different.
type lever struct {
	panel   *Panel
	first   *point
	next    *point
	words   string
	stretch float64 // the factor of the cost at which both are equal
}

// fragile returns the leads of the panels that would be lost if a cost of the machine were mostStretch times larger
// or smaller, the smallest change first. It is a first-order estimate: it scales each design's cycles of that cost
// and leaves everything else unchanged.
func fragile(panels []*Panel) (list []lever) {
	for _, p := range panels {
		for _, n := range p.cpus() {
			first := p.contests[n].winner()
			if first == nil {
				continue
			}
			closest := lever{stretch: 1e9}
			for _, next := range p.contests[n].field[1:] {
				gap := next.value(p.Unit) - first.value(p.Unit)
				for _, k := range machineCosts {
					more := first.value(k.kind+costSuffix) - next.value(k.kind+costSuffix)
					if more == 0 {
						continue
					}
					l := lever{p, first, next, k.words, 1 + gap/more}
					if l.stretch > 0 && l.size() < closest.size() {
						closest = l
					}
				}
			}
			if closest.size() <= mostStretch {
				list = append(list, closest)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b lever) int { return cmp.Compare(a.size(), b.size()) })
	return list
}

// size is the stretch as a factor of at least 1.
func (l *lever) size() float64 { return max(l.stretch, 1/l.stretch) }

// String describes when the lead is lost: "xio at 8 CPUs: sfbuf would win if page walks cost 1.2x".
func (l *lever) String() string {
	return fmt.Sprintf("%s at %s: %s would overtake %s if %s cost %sx", l.panel.Workload, texttab.Count(l.first.cpus, "CPU"),
		l.next.curve.label, l.first.curve.label, l.words, factor(l.stretch))
}
