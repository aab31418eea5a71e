package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// leaders lists for each workload who wins at which numbers of CPUs: "lwbuf-rbtree at 1–32, tie of 3 at 64".
func (o *overview) leaders() (list [][2]string) {
	for _, p := range o.panels {
		var parts []string
		from, last := 0, ""
		end := func(to int) {
			if last != "" {
				parts = append(parts, last+" at "+span(from, to))
			}
		}
		before := 0
		for _, n := range p.cpus() {
			who := p.contests[n].leader()
			if who != last {
				end(before)
				from, last = n, who
			}
			before = n
		}
		end(before)
		list = append(list, [2]string{p.Workload, strings.Join(parts, ", ")})
	}
	return list
}

// openWord is the leader of a contest that cannot be decided, and aloneWord that of none.
const (
	openWord  = "open"
	aloneWord = "no contest"
)

// leadersLegend explains the words that occur in a list of leaders.
func leadersLegend(list [][2]string) []string {
	has := func(word string) bool {
		return slices.ContainsFunc(list, func(l [2]string) bool { return strings.Contains(", "+l[1], ", "+word+" ") })
	}
	var say []string
	if has("tie of") {
		say = append(say, "tie: within 2 % of the cheapest, or by ranges that overlap") // tieBand
	}
	if has(openWord) {
		say = append(say, openWord+": a cell that is not steady or not finished could be the cheapest")
	}
	if has(aloneWord) {
		say = append(say, aloneWord+": fewer than two designs are ranked")
	}
	if say == nil {
		return nil
	}
	return texttab.Wrap(strings.Join(say, "; "), screenWidth-4)
}

// leader names who leads a contest.
func (c *contest) leader() string {
	switch {
	case len(c.open) > 0:
		return openWord
	case len(c.field) < 2:
		return aloneWord
	case c.ties == 1:
		return c.field[0].curve.label
	case c.ties == 2:
		return "tie of " + labels(c.field[:2])
	}
	return fmt.Sprintf("tie of %d", c.ties)
}

// span prints a range of CPUs.
func span(from, to int) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d–%d", from, to)
}

// pointsOf returns the panel's cells of the curves with a label.
func (p *Panel) pointsOf(label string) (list []*point) {
	for _, c := range p.curves {
		if c.label == label {
			list = append(list, c.points...)
		}
	}
	return list
}

// unranked lists the designs that are not ranked at some cells, one line for each design and reason.
func (o *overview) unranked() (lines []string) {
	for _, r := range o.rows {
		for s := floor; s < unknown; s++ {
			var where []string
			declares := ""
			for _, p := range o.panels {
				var at []int
				for _, pt := range p.pointsOf(r.label) {
					if p.contests[pt.cpus].states[pt] == s {
						at = append(at, pt.cpus)
						declares = pt.curve.fault
					}
				}
				if len(at) == 0 {
					continue
				}
				where = append(where, p.Workload+" at "+numbers(at))
			}
			switch {
			case len(where) == 0:
			case s == declared || s == floor:
				lines = append(lines, fmt.Sprintf("%s: %s", r.label, cmp.Or(declares, marks[s].meaning)))
			default:
				lines = append(lines, fmt.Sprintf("%s %s: %s: %s", s.mark(), r.label, marks[s].meaning, strings.Join(where, "; ")))
			}
		}
	}
	return append(lines, o.failedLines()...)
}

// roughly lists the rough cells of each design, with their half-widths.
func (o *overview) roughly() (lines []string) {
	for _, r := range o.rows {
		var where []string
		for _, p := range o.panels {
			for _, pt := range p.pointsOf(r.label) {
				if p.contests[pt.cpus].wide(pt) {
					where = append(where, fmt.Sprintf("%s at %s (%s)", p.Workload, texttab.Thousands(float64(pt.cpus)), percent(pt.value(record.HalfWidth))))
				}
			}
		}
		if len(where) > 0 {
			lines = append(lines, fmt.Sprintf("%s %s: %s", record.WideMark, r.label, strings.Join(where, "; ")))
		}
	}
	return lines
}
