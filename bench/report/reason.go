package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// reason explains from the counters why a beats b: the kinds of cost that make the difference, and the events behind
// them. It is empty if the results have no costs by kind.
func reason(a, b *point) string {
	groups := costGroups()
	if !a.wantBreakdown(groups) || !b.wantBreakdown(groups) {
		return ""
	}
	gap := b.mean("cycles/op") - a.mean("cycles/op")
	type part struct {
		verb string
		more float64
	}
	var parts []part
	for i := range groups {
		if more := groups[i].of(b) - groups[i].of(a); more >= 0.1*gap && more >= 0.5 {
			parts = append(parts, part{groups[i].verb, more})
		}
	}
	slices.SortStableFunc(parts, func(x, y part) int { return cmp.Compare(y.more, x.more) })
	var say []string
	for _, x := range parts[:min(2, len(parts))] {
		say = append(say, fmt.Sprintf("%s more cycles %s", plain(x.more), x.verb))
	}
	text := ""
	if len(say) > 0 {
		text = fmt.Sprintf("an operation of %s spends %s", b.curve.label, strings.Join(say, " and "))
	}
	return joinWith("; ", text, counters(a.curve.label, a, b.curve.label, b))
}

// counters describes the differences in shootdowns and reuse behind a difference in cost.
func counters(nameA string, a *point, nameB string, b *point) string {
	var say []string
	if x, y := a.mean("shootdowns/op"), b.mean("shootdowns/op"); max(x, y) >= 0.005 && (x < y/1.2 || y < x/1.2) {
		say = append(say, fmt.Sprintf("%s starts %s shootdowns an operation, %s %s", nameA, count(x), nameB, count(y)))
	}
	if x, y := a.mean("reuse"), b.mean("reuse"); max(x, y) >= 0.05 && (x-y > 0.05 || y-x > 0.05) {
		say = append(say, fmt.Sprintf("%s finds its page mapped in %s of its allocs, %s in %s", nameA, percent(x), nameB, percent(y)))
	}
	return strings.Join(say, "; ")
}

// count prints a number of events per operation.
func count(x float64) string {
	if x < 0.005 {
		return "no"
	}
	return plain(x)
}

// joinWith joins the texts that are not empty.
func joinWith(sep string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), sep)
}
