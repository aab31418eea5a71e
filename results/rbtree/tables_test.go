package rbtree_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of README.md anew")

// TestTables: every table of the README follows from the files beside it.
func TestTables(t *testing.T) {
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	curvesFile, logFile, crossFile := read(t, "curves.txt"), read(t, "accesslog.txt"), read(t, "crossover.txt")
	for _, k := range []struct{ name, table string }{
		{"cpu scope, 1 CPU", curves(t, curvesFile, "cpu", "1")},
		{"cpu scope, 8 CPUs", curves(t, curvesFile, "cpu", "8")},
		{"global scope, 1 CPU", curves(t, curvesFile, "global", "1")},
		{"global scope, 8 CPUs", curves(t, curvesFile, "global", "8")},
		{"real log", logCurves(t, logFile)},
		{"hit rates", hitRates(t, crossFile)},
		{"crossover", crossovers(t, crossFile)},
	} {
		if text, err = splice(text, k.name, k.table); err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case text == string(data):
	case *update:
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("README.md does not say what the files beside it do: go test ./results/rbtree -update, and read the difference")
	}
}

// splice puts table between the marks of its name.
func splice(text, name, table string) (string, error) {
	begin, end := fmt.Sprintf("<!-- table: %s -->\n", name), "<!-- end -->"
	head, rest, found := strings.Cut(text, begin)
	_, tail, ended := strings.Cut(rest, end)
	if !found || !ended {
		return "", fmt.Errorf("README.md has no table %q", name)
	}
	return head + begin + table + end + tail, nil
}

// row writes one row of a Markdown table.
func row(b *strings.Builder, fields ...string) {
	b.WriteString("| " + strings.Join(fields, " | ") + " |\n")
}

// rule writes the line below a table's head: the first column to the left, the others to the right.
func rule(b *strings.Builder, columns int) {
	b.WriteString("|---" + strings.Repeat("|--:", columns-1) + "|\n")
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
