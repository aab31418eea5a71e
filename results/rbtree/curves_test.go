package rbtree_test

import (
	"fmt"
	"strings"
	"testing"

	"lwbench/internal/splice"
)

const (
	maxPart   = "lwbuf-rbtree.max"
	scopePart = "lwbuf-rbtree.scope"
)

// curves is one table: a row a workload, a column a value of lwbuf-rbtree.max.
func curves(t *testing.T, cells []*cell, scope, cpus string) string {
	t.Helper()
	var b strings.Builder
	maxes := values(cells, maxPart)
	splice.Row(&b, append([]string{"workload", "lwbuf, cycles/op"}, prefix("max=", maxes)...)...)
	splice.Rule(&b, 1, 2+len(maxes))
	for _, w := range workloads(cells) {
		mine := where(of(cells, w), "cpus", cpus)
		splice.Row(&b, append([]string{w}, against(t, mine, scope, maxes)...)...)
	}
	return b.String()
}

// logCurves is the same for the one workload of real input: a row a scope and a number of CPUs.
func logCurves(t *testing.T, cells []*cell) string {
	t.Helper()
	var b strings.Builder
	maxes := values(cells, maxPart)
	splice.Row(&b, append([]string{"scope, CPUs", "lwbuf, cycles/op"}, prefix("max=", maxes)...)...)
	splice.Rule(&b, 1, 2+len(maxes))
	for _, scope := range values(cells, scopePart) {
		for _, cpus := range values(cells, "cpus") {
			splice.Row(&b, append([]string{scope + ", " + cpus}, against(t, where(cells, "cpus", cpus), scope, maxes)...)...)
		}
	}
	return b.String()
}

// against compares each value of max with plain lwbuf: the change in cycles, and the reuse in brackets. The best one
// that is better than lwbuf is bold.
func against(t *testing.T, cells []*cell, scope string, maxes []string) []string {
	t.Helper()
	base := one(t, cells, "alloc", "lwbuf").unit["cycles/op"]
	fields := []string{fmt.Sprintf("%.0f", base)}
	best, least := 0, base*0.9995
	for i, m := range maxes {
		c := one(t, cells, "alloc", "lwbuf-rbtree", maxPart, m, scopePart, scope)
		fields = append(fields, fmt.Sprintf("%s (%.0f)", percent(c.unit["cycles/op"], base), 100*c.unit["reuse"]))
		if c.unit["cycles/op"] < least {
			best, least = i+1, c.unit["cycles/op"]
		}
	}
	if best > 0 {
		fields[best] = "**" + fields[best] + "**"
	}
	return fields
}

func prefix(p string, list []string) (out []string) {
	for _, s := range list {
		out = append(out, p+s)
	}
	return out
}
