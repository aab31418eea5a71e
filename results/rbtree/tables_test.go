package rbtree_test

import (
	"fmt"
	"testing"

	"lwbench/internal/splice"
)

// TestTables: every table of the README follows from the files beside it.
func TestTables(t *testing.T) {
	curvesFile, logFile, crossFile := read(t, "curves.txt"), read(t, "accesslog.txt"), read(t, "crossover.txt")
	splice.Check(t, "./results/rbtree", "README.md", []splice.Table{
		{Name: "cpu scope, 1 CPU", Text: curves(t, curvesFile, "cpu", "1")},
		{Name: "cpu scope, 8 CPUs", Text: curves(t, curvesFile, "cpu", "8")},
		{Name: "global scope, 1 CPU", Text: curves(t, curvesFile, "global", "1")},
		{Name: "global scope, 8 CPUs", Text: curves(t, curvesFile, "global", "8")},
		{Name: "real log", Text: logCurves(t, logFile)},
		{Name: "hit rates", Text: hitRates(t, crossFile)},
		{Name: "crossover", Text: crossovers(t, crossFile)},
	}, nil)
}

// percent prints a change in percent with its sign.
func percent(now, base float64) string {
	p := 100 * (now - base) / base
	switch {
	case p > -0.05 && p < 0.05:
		return "0 %"
	case p >= 100 || p <= -100:
		return fmt.Sprintf("%+.0f %%", p)
	}
	return fmt.Sprintf("%+.1f %%", p)
}
