// Package splice keeps the tables and figures of Markdown files equal to the recorded results that they are taken from. A
// table is between "<!-- table: NAME -->" and "<!-- end -->"; a figure is part of a sentence. A test calls Check, and
// "go test PACKAGE -update" writes what the test has computed into the file.
//
// Only tests import this package.
package splice

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write tables and figures into the Markdown files")

// Table is one table: the name in its mark, and the lines that belong there.
type Table struct{ Name, Text string }

// Figure is one figure in a sentence: the words around it with {} in its place, as "costs {} times as much", and its
// value. Blanks match line breaks.
type Figure struct{ Sentence, Value string }

// Check fails t unless file has the tables and figures as given; with -update it writes them. pkg is the package of the
// test, as in "./results/live", for the message.
func Check(t *testing.T, pkg, file string, tables []Table, figures []Figure) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, k := range tables {
		if text, err = k.splice(text); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	for _, k := range figures {
		if text, err = k.splice(text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	switch {
	case text == string(data):
	case *update:
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s differs from the recorded results: run go test %s -update and read the difference\n%s", file, pkg, firstDifference(string(data), text))
	}
}

// splice puts the table between the marks of its name.
func (k Table) splice(text string) (string, error) {
	begin, end := fmt.Sprintf("<!-- table: %s -->\n", k.Name), "<!-- end -->"
	head, rest, found := strings.Cut(text, begin)
	_, tail, ended := strings.Cut(rest, end)
	if !found || !ended {
		return "", fmt.Errorf("no table %q", k.Name)
	}
	return head + begin + k.Text + end + tail, nil
}

// splice puts the figure into its sentence, which must be in text exactly once.
func (k Figure) splice(text string) (string, error) {
	before, after, found := strings.Cut(k.Sentence, "{}")
	if !found {
		return text, fmt.Errorf("no {} in the sentence %q", k.Sentence)
	}
	words := func(s string) string {
		return strings.ReplaceAll(regexp.QuoteMeta(s), " ", `\s+`)
	}
	match := regexp.MustCompile("(" + words(before) + `)(\d(?:[\d,.]*\d)?)(` + words(after) + ")")
	if n := len(match.FindAllString(text, -1)); n != 1 {
		return text, fmt.Errorf("the sentence %q is there %d times, want once", k.Sentence, n)
	}
	return match.ReplaceAllString(text, "${1}"+k.Value+"${3}"), nil
}

// firstDifference shows the first line that differs.
func firstDifference(was, want string) string {
	a, b := strings.Split(was, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

// Row writes one row of a Markdown table.
func Row(b *strings.Builder, fields ...string) {
	b.WriteString("| " + strings.Join(fields, " | ") + " |\n")
}

// Rule writes the line below a table's head: the first columns, left in number, to the left, the others to the right.
func Rule(b *strings.Builder, left, columns int) {
	b.WriteString("|" + strings.Repeat("---|", left) + strings.Repeat("--:|", columns-left) + "\n")
}
