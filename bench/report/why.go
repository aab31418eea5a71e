package report

import (
	"fmt"
	"strings"

	"lwbench/bench/record"
)

// Why describes briefly where the cycles of a result go. It is empty for a result without costs.
func Why(r *record.Result) string {
	p := &point{vals: make(map[string][]float64)}
	for _, v := range r.Values {
		p.vals[v.Unit] = []float64{v.Value}
	}
	return p.why()
}

// why is Why for the repetitions of a cell.
func (p *point) why() string {
	whole := p.value("cycles/op")
	if whole == 0 {
		return ""
	}
	share := func(kinds ...string) (sum float64) {
		for _, k := range kinds {
			sum += 100 * p.value(k+costSuffix) / whole
		}
		return sum
	}
	var parts []string
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	for _, k := range []struct {
		kinds []string
		least float64
		text  string
		unit  string // an event count that explains the share, or ""
	}{
		{[]string{"lockwait", "lock"}, 15, "on locks", ""},
		{[]string{"shootdown"}, 10, "starting shootdowns", "shootdowns/op"},
		{[]string{"stolen"}, 10, "stolen by other CPUs' IPIs", "ipis/op"},
		{[]string{"sleep"}, 10, "asleep for a buffer", ""},
		{[]string{"kva"}, 10, "allocating and freeing KVA", ""},
		{[]string{"line"}, 10, "moving shared cache lines", ""},
		{[]string{"invlpg", "pte"}, 15, "on PTEs and local invalidations", ""},
	} {
		switch s := share(k.kinds...); {
		case s < k.least:
		case k.unit != "" && p.value(k.unit) >= 0.005:
			say("%.0f %% %s (%s per op)", s, k.text, plain(p.value(k.unit)))
		default:
			say("%.0f %% %s", s, k.text)
		}
	}
	if len(parts) == 0 {
		say("%.0f %% is the workload's own work", share(ownWork()...))
	}
	if p.value("shootdowns/op") < 0.005 && share("shootdown") < 1 && len(parts) < 3 {
		say("no shootdowns")
	}
	if reuse := p.value("reuse"); reuse >= 0.05 && len(parts) < 3 {
		say("%.0f %% of allocs found the page mapped", 100*reuse)
	}
	return strings.Join(parts, ", ")
}

// ownWork lists the kinds of cost of the workload's own work, which any design has.
func ownWork() []string { return []string{"work", "use", "message"} }
