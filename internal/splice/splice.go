// Package splice keeps the Markdown tables of a README as the recorded files make them: for the tests of the folders in
// results. A table stands between "<!-- table: NAME -->" and "<!-- end -->"; "go test FOLDER -update" writes it anew.
//
// There is one file, and nothing else imports it than tests.
package splice

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of README.md anew")

// Table is one table of a README: the name in its mark, and the lines that belong there.
type Table struct{ Name, Text string }

// Check fails t unless README.md, in the present folder, has the tables as they are given; with -update it writes them.
// folder names the package in the message, as "./results/live".
func Check(t *testing.T, folder string, list []Table) {
	t.Helper()
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, k := range list {
		if text, err = splice(text, k.Name, k.Text); err != nil {
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
		t.Errorf("README.md does not say what the files beside it do: go test %s -update, and read the difference", folder)
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

// Row writes one row of a Markdown table.
func Row(b *strings.Builder, fields ...string) {
	b.WriteString("| " + strings.Join(fields, " | ") + " |\n")
}

// Rule writes the line below a table's head: the first columns, left in number, to the left, the others to the right.
func Rule(b *strings.Builder, left, columns int) {
	b.WriteString("|" + strings.Repeat("---|", left) + strings.Repeat("--:|", columns-left) + "\n")
}
