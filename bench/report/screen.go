package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lwbench/bench/record"
	"lwbench/bench/spread"
	"lwbench/internal/texttab"
)

// The bounds of the screen.
const (
	screenWidth = 120
	mostFragile = 3
)

// overview writes the summary of one machine on one screen.
func (t *terminal) overview(o *overview) {
	t.say("%s: %s, %s, %s", o.group.name, texttab.Count(len(o.rows), "design"), texttab.Count(len(o.panels), "workload"), cpuRange(o.cpus[0], o.cpus[len(o.cpus)-1]))
	for _, s := range o.precision() {
		t.say("%s", s)
	}
	t.say("")
	t.say("%s, by number of CPUs", o.title())
	t.table(o.screenTable())
	t.list(o.legend())
	t.say("")
	t.say("The cheapest design of each workload, by number of CPUs")
	tab := &texttab.Table{Indent: "  ", Align: "l"}
	leaders := o.leaders()
	for _, l := range leaders {
		tab.Row(l[0], l[1])
	}
	t.table(tab)
	t.list(leadersLegend(leaders))
	t.section("Not ranked", o.unranked())
	t.section("Known only roughly (half-width)", o.roughly())
	leads := fragile(o.panels)
	var lines []string
	for _, l := range leads[:min(mostFragile, len(leads))] {
		lines = append(lines, l.String())
	}
	if more := len(leads) - mostFragile; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	t.section(fmt.Sprintf("Fragile, %s: an estimate from what each design spends on that cost (lwbench sensitivity measures it)", texttab.Count(len(leads), "lead")), lines)
	t.say("")
}

// section writes a heading and its lines, if there are any.
func (t *terminal) section(heading string, lines []string) {
	if len(lines) > 0 {
		t.say("")
		t.say("%s", heading)
		t.list(lines)
	}
}

// precision states the half-widths of the costs and the number of operations that they took.
func (o *overview) precision() (lines []string) {
	var half, ops []float64
	for _, p := range points(o.panels) {
		half, ops = append(half, p.vals[record.HalfWidth]...), append(ops, p.vals[record.RunOps]...)
	}
	s, err := spread.Of(half)
	n, err2 := spread.Of(ops)
	if err != nil || err2 != nil || s.Max == 0 {
		return nil
	}
	return []string{fmt.Sprintf("95 %% half-width of a cost: median %.1f %%, largest %.1f %%; operations of a cell: median %s, most %s",
		100*s.Median, 100*s.Max, texttab.Thousands(n.Median), texttab.Thousands(n.Max))}
}

// screenTable is the slowdowns with the mapping cost on the fewest and the most CPUs.
func (o *overview) screenTable() *texttab.Table {
	slow, maps := o.slowdowns(), o.mappings()
	ends := slices.Compact([]int{0, len(o.cpus) - 1})
	head := []string{""}
	for _, n := range o.cpus {
		head = append(head, strconv.Itoa(n))
	}
	if maps.Rows != nil {
		for i, k := range ends {
			head = append(head, fmt.Sprintf("%sat %d", []string{"mapping ", ""}[i], o.cpus[k]))
		}
	}
	tab := &texttab.Table{Indent: "  ", Width: screenWidth, Align: strings.Repeat("r", len(head)) + "l"}
	tab.Row(append(head, "worst")...)
	for i, r := range slow.Rows {
		row := slices.Clone(r[:len(r)-1])
		if maps.Rows != nil {
			for _, k := range ends {
				row = append(row, maps.Rows[i][1+k])
			}
		}
		tab.Row(append(row, r[len(r)-1])...)
	}
	return tab
}
