package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// Verdict describes in sentences who wins the panel, where the lead changes hands, and why.
func (p *Panel) Verdict() (lines []string) {
	cols := p.columns()
	if len(cols) == 0 {
		return append([]string{p.noContest()}, p.notRanked()...)
	}
	list := reigns(cols)
	lines = append(lines, lead(list))
	for i := 1; i < len(list); i++ {
		lines = append(lines, crossover(list[i-1], list[i]))
	}
	lines = append(lines, margin(cols[0]))
	if len(cols) > 1 {
		lines = append(lines, margin(cols[len(cols)-1]))
	}
	if p.holds != "" {
		lines = append(lines, p.holds)
	}
	return append(lines, p.notRanked()...)
}

// Leaders returns the labels of the curves that win the panel at a number of CPUs, or tie there, the cheapest first.
// There are none where the contest is undecided.
func (p *Panel) Leaders(cpus int) (labels []string) {
	c := p.contests[cpus]
	if c == nil || !c.decided() {
		return nil
	}
	for _, point := range c.field[:c.ties] {
		labels = append(labels, point.curve.label)
	}
	return labels
}

// columns returns the contests of a panel that are decided, by number of CPUs.
func (p *Panel) columns() []*contest {
	return slices.DeleteFunc(p.inOrder(), func(c *contest) bool { return !c.decided() })
}

// inOrder returns the contests of a panel by number of CPUs.
func (p *Panel) inOrder() (list []*contest) {
	for _, n := range p.cpus() {
		list = append(list, p.contests[n])
	}
	return list
}

// lead names the winners in one sentence.
func lead(list []reign) string {
	if len(list) == 1 && list[0].ties == list[0].contests {
		r := list[0]
		return fmt.Sprintf("Tie: %s do not differ %s.", labels(r.to.field[:r.to.ties]), cpuRange(r.from.cpus(), r.to.cpus()))
	}
	var who []string
	for i, r := range list {
		s := r.who.label + " "
		if i == 0 {
			s += "is the cheapest "
		}
		s += cpuRange(r.from.cpus(), r.to.cpus())
		switch {
		case r.ties == r.contests:
			s += " (in a tie)"
		case r.ties > 0:
			s += fmt.Sprintf(" (in a tie at %d of %d)", r.ties, r.contests)
		}
		who = append(who, s)
	}
	return strings.Join(who, ", ") + "."
}

// noContest explains why there is no winner.
func (p *Panel) noContest() string {
	over, open := false, false
	for _, c := range p.contests {
		if c.oneDesign {
			return fmt.Sprintf("No contest: %s is one design in several files: lwbench compare says what changed between them.",
				strings.TrimSuffix(c.field[0].curve.label, c.field[0].curve.file))
		}
		open = open || len(c.open) > 0
		over = over || c.has(shared)
	}
	switch {
	case open:
		return "No winner: a cell that is not steady could still win."
	case over:
		return "No winner: cells ran with more CPUs than the host has cores, or only one design did not."
	case len(p.curves) == 1:
		return fmt.Sprintf("No contest: %s is alone here.", p.curves[0].label)
	}
	return "No contest: fewer than two designs compete at the same number of CPUs."
}

// crossover describes where the lead passes from one to the next.
func crossover(from, to reign) string {
	a, b := from.to.cpus(), to.from.cpus()
	s := fmt.Sprintf("The lead goes from %s to %s between %d and %d CPUs", from.who.label, to.who.label, a, b)
	if x := crossing(from.who, to.who, a, b); x > 0 {
		s += fmt.Sprintf(", at about %s by interpolation", about(x))
	}
	return s + "."
}

// margin describes by how much a contest is won, and why.
func margin(c *contest) string {
	first, next := c.field[0], c.field[1]
	at, cost := cpus(c.cpus()), withUnit(first.value(c.unit), c.unit)
	near := 1 // those within the tie band; the others tie because their ranges overlap
	for near < c.ties && c.field[near].value(c.unit) <= first.value(c.unit)*(1+tieBand) {
		near++
	}
	switch all := labels(c.field[:c.ties]); {
	case c.ties > 1 && near == c.ties:
		return fmt.Sprintf("At %s %s tie: %s, within %s.", at, all, cost, percent(tieBand))
	case c.ties > 1 && near == 1:
		return fmt.Sprintf("At %s %s tie: their ranges overlap; the least median is %s.", at, all, cost)
	case c.ties > 1:
		return fmt.Sprintf("At %s %s tie: %s, within %s for %s; %s by ranges that overlap.", at, all, cost, percent(tieBand),
			labels(c.field[:near]), labels(c.field[near:c.ties]))
	}
	s := fmt.Sprintf("At %s %s takes %s and beats the next, %s, %s", at, first.curve.label, cost, next.curve.label, times(c.lead()))
	if why := reason(first, next); why != "" {
		s += ": " + why
	}
	return s + "."
}

// notRanked explains which curves may not win, where, and why.
func (p *Panel) notRanked() (lines []string) {
	for _, c := range p.curves {
		at := make(map[standing][]int)
		var why string
		lag, stuck := 0.0, 0.0
		for _, pt := range c.points {
			s := p.contests[pt.cpus].states[pt]
			at[s] = append(at[s], pt.cpus)
			switch s {
			case unsteady:
				why = cmp.Or(record.Unsettled(pt.value(record.Unsteady)), "its repetitions vary")
			case starved:
				lag, stuck = max(lag, p.contests[pt.cpus].lag(pt)), max(stuck, pt.value(record.StarvedCPUs))
			}
		}
		slow := "it does not keep up with the others"
		switch {
		case stuck > 0:
			slow = cpus(int(stuck)) + " ended no operation"
			if len(at[starved]) > 1 {
				slow = "up to " + slow
			}
		case lag > 1:
			slow = fmt.Sprintf("starved, up to %sx the time of the fastest", factor(lag))
		}
		for _, k := range []struct {
			s    standing
			text string
		}{
			{wrong, "the oracles found stale accesses or faults"}, {unsteady, why}, {unfinished, "it was to run again when the sweep was interrupted"}, {starved, slow},
		} {
			if len(at[k.s]) > 0 {
				lines = append(lines, fmt.Sprintf("%s %s is not ranked at %s: %s.", k.s.mark(), c.label, cpuList(at[k.s]), k.text))
			}
		}
		if len(at[floor]) > 0 {
			lines = append(lines, fmt.Sprintf("%s is not ranked: it is the floor.", c.label))
		}
		if len(at[declared]) > 0 && len(at[wrong]) == 0 {
			lines = append(lines, fmt.Sprintf("%s is not ranked: it declares a fault.", c.label))
		}
	}
	return append(lines, p.failedLines()...)
}

// labels lists the designs of points in the order of designs.
func labels(list []*point) string {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *point) int {
		return cmp.Or(cmp.Compare(a.curve.place, b.curve.place), cmp.Compare(a.curve.nth, b.curve.nth))
	})
	var names []string
	for _, p := range list {
		names = append(names, p.curve.label)
	}
	return texttab.And(names)
}

// about formats an estimated number of CPUs with two digits.
func about(x float64) string {
	if x < 10 {
		return trim(fmt.Sprintf("%.1f", x))
	}
	return plain(math.Round(x))
}

// cpuRange prints "at 4 CPUs" or "from 4 to 64 CPUs".
func cpuRange(from, to int) string {
	if from == to {
		return "at " + cpus(from)
	}
	return fmt.Sprintf("from %d to %d CPUs", from, to)
}

func cpus(n int) string { return texttab.Count(n, "CPU") }

// cpuList prints numbers of CPUs as "1, 2 and 4 CPUs".
func cpuList(ns []int) string {
	if len(ns) == 1 {
		return cpus(ns[0])
	}
	return numbers(ns) + " CPUs"
}

// numbers prints numbers as "1, 2 and 4".
func numbers(ns []int) string {
	var s []string
	for _, n := range ns {
		s = append(s, texttab.Thousands(float64(n)))
	}
	return texttab.And(s)
}
