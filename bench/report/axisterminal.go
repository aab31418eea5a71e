package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// short returns the axis's name without its design or workload.
func (a axis) short() string { return record.Setting{Name: a.name}.Bare() }

// line writes the costs along an axis, each row with its reuse below and a picture of the costs behind.
func (t *terminal) line(l *line) {
	contests, short := l.contests(), l.axis.short()
	t.say("%s, %s: %s by %s", l.title, cpus(l.cpus), l.panel.heading(), l.axis.name)
	tab := &texttab.Table{Indent: "  ", Width: textWidth}
	tab.Row(append([]string{short}, l.axis.values...)...)
	for _, x := range l.rows {
		row, reuse := []string{x.label}, []string{"reuse"}
		for _, p := range x.values(l.axis) {
			if p == nil {
				row, reuse = append(row, "-"), append(reuse, "-")
				continue
			}
			row, reuse = append(row, contests[p].text(p)), append(reuse, wholePercent(p.value("reuse")))
		}
		tab.Row(row...)
		tab.Tail(x.picture(l))
		tab.Row(reuse...)
	}
	t.table(tab)
	var shown []*contest
	for _, c := range contests {
		shown = append(shown, c)
	}
	t.legend(shown...)
	for _, x := range l.others {
		p := x.at[""]
		t.say("  %s, whatever %s is: %s, reuse %s", x.label, short, judge(l.panel.Unit, []*point{p}).text(p), wholePercent(p.value("reuse")))
	}
	for _, x := range slices.Concat(l.rows, l.others) {
		t.list(x.notRanked(l.panel.Unit))
	}
	heading := "the best of each"
	if !l.tunable {
		heading = "at " + short + "=" + l.axis.values[len(l.axis.values)-1]
	}
	t.why(heading, l.whys())
}

// notRanked explains why points of a row are not ranked, each reason once.
func (x *lineRow) notRanked(unit string) (lines []string) {
	for _, p := range x.at {
		s := ""
		switch state := qualify(p, unit); {
		case state == declared, state == floor:
			s = fmt.Sprintf("%s: %s", x.label, marks[state].meaning)
		case state.mark() != "":
			s = fmt.Sprintf("%s %s: %s", state.mark(), x.label, marks[state].meaning)
		}
		if s != "" && !slices.Contains(lines, s) {
			lines = append(lines, s)
		}
	}
	slices.Sort(lines) // x.at has no order
	return lines
}

// picture draws a row's costs as bars on a logarithmic scale from its least to its greatest. Differences of less than one
// in a hundred over the whole row are not drawn.
func (x *lineRow) picture(l *line) []rune {
	least, most := math.Inf(1), 0.0
	for _, p := range x.values(l.axis) {
		if p != nil && p.value(l.panel.Unit) > 0 {
			least, most = min(least, p.value(l.panel.Unit)), max(most, p.value(l.panel.Unit))
		}
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	out := make([]rune, len(l.axis.values))
	for i, p := range x.values(l.axis) {
		switch {
		case p == nil:
			out[i] = ' '
		case p.value(l.panel.Unit) <= 0 || most < 1.01*least:
			out[i] = bars[0]
		default:
			out[i] = bars[int(math.Round(math.Log(p.value(l.panel.Unit)/least)/math.Log(most/least)*float64(len(bars)-1)))]
		}
	}
	return out
}

// whys describes for each row, the cheapest first, where the cycles of one of its cells go: over a tunable the
// cheapest one, over a parameter that of the last value.
func (l *line) whys() (lines []string) {
	type choice struct {
		text string
		cost float64
	}
	var list []choice
	last := l.axis.values[len(l.axis.values)-1]
	for _, x := range slices.Concat(l.rows, l.others) {
		values := l.axis.values
		switch {
		case x.at[""] != nil: // one of others
			values = []string{""}
		case !l.tunable:
			values = []string{last}
		}
		value, cost := x.cheapest(l.panel.Unit, values)
		if value == "" && x.at[""] == nil { // none of them may win
			value, cost = x.first(slices.Concat(values, l.axis.values)), math.Inf(1)
		}
		at := ""
		if value != "" && (l.tunable || value != last) {
			at = fmt.Sprintf(" %s=%s", l.axis.short(), value)
		}
		if why := x.at[value].why(); why != "" {
			list = append(list, choice{x.label + at + ": " + why, cost})
		}
	}
	slices.SortStableFunc(list, func(a, b choice) int { return cmp.Compare(a.cost, b.cost) })
	for _, x := range list {
		lines = append(lines, x.text)
	}
	return lines
}

// cheapest returns the first value with the least cost among those that may win; ties go to the first.
func (x *lineRow) cheapest(unit string, values []string) (value string, cost float64) {
	cost = math.Inf(1)
	for _, v := range values {
		if p := x.at[v]; p != nil && qualify(p, unit) == ranked && p.value(unit)*(1+tieBand) < cost {
			value, cost = v, p.value(unit)
		}
	}
	return value, cost
}

// first returns the first value that the row has.
func (x *lineRow) first(values []string) string {
	return values[slices.IndexFunc(values, func(v string) bool { return x.at[v] != nil })]
}

// wholePercent formats a share as a whole percentage.
func wholePercent(x float64) string { return fmt.Sprintf("%.0f%%", 100*x) }
