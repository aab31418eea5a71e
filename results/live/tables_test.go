package live_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of README.md anew")

// TestTables: every table of the README follows from the recorded files.
func TestTables(t *testing.T) {
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	ratios, err := os.ReadFile("ratios.table")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	live := read(t, "sec/op", "sweep.txt", "exec.txt")
	virtual := read(t, "cycles/op", "../recorded/default.txt")
	for _, k := range []struct{ name, table string }{
		{"ratios", string(ratios)},
		{"noise", noise(live)},
		{"rankings", rankings(live, virtual)},
		{"opposed", opposed(live, virtual)},
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
		t.Error("README.md does not say what the files beside it do: go test ./results/live -update, and read the difference")
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

// rule writes the line below a table's head: the first columns to the left, the others to the right.
func rule(b *strings.Builder, left, columns int) {
	b.WriteString("|" + strings.Repeat("---|", left) + strings.Repeat("--:|", columns-left) + "\n")
}
