package compare_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"lwbench/bench/compare"
	"lwbench/internal/testsize"
)

// question is one comparison, made by benchstat and by us.
type question struct {
	name  string
	files []string
	flags map[string]string
}

// questions returns the comparisons. The two that take seconds, "same" and "machines", are where testsize.Some chooses them at full
// size only.
func questions(t *testing.T) []question {
	recorded, err := filepath.Abs("../../results/recorded")
	if err != nil {
		t.Fatal(err)
	}
	def := filepath.Join(recorded, "default.txt")
	old, cur := filepath.Join("testdata", "live-old.txt"), filepath.Join("testdata", "live-new.txt")
	return []question{
		{"designs", []string{def}, map[string]string{"col": "/alloc", "row": ".name,/cpus@num", "filter": ".unit:(cycles/op OR ipis/op OR reuse)"}},
		{"fixed order", []string{def}, map[string]string{"col": "/alloc@(lwbuf naive sfbuf)", "row": ".name,/cpus@num"}},
		{"same", []string{"a=" + def, "b=" + def}, nil},
		{"three files", []string{old, cur, "again=" + old}, map[string]string{"alpha": "0.00001", "confidence": "0.8"}},
		{"noise", []string{old, cur}, nil},
		{"machines", []string{filepath.Join(recorded, "old-machines.txt")}, map[string]string{"col": "machine,/alloc", "row": ".name,/cpus"}},
		{"one file twice", []string{old, old}, map[string]string{"ignore": "/cpus", "row": ".name"}},
		{"tables", []string{old, cur}, map[string]string{"table": "/cpus", "filter": "-/cpus:2"}},
	}
}

func (q *question) ours(t *testing.T) *compare.Comparison {
	in, err := compare.Read(q.files, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := compare.Defaults()
	o.AllUnits = true
	for name, v := range q.flags {
		switch name {
		case "filter":
			o.Filter = v
		case "table":
			o.Table = v
		case "row":
			o.Row = v
		case "col":
			o.Col = v
		case "ignore":
			o.Ignore = v
		case "alpha":
			fmt.Sscan(v, &o.Alpha)
		case "confidence":
			fmt.Sscan(v, &o.Confidence)
		}
	}
	c, err := compare.Compare(in, &o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// benchstatProgram builds benchstat, once, and returns its path: each "go tool" would look at its sources again.
var benchstatProgram = sync.OnceValues(func() (string, error) {
	if err := exec.Command("go", "tool", "benchstat", "-h").Run(); err != nil {
		if _, ran := errors.AsType[*exec.ExitError](err); !ran {
			return "", err
		}
	}
	out, err := exec.Command("go", "tool", "-n", "benchstat").Output()
	return strings.TrimSpace(string(out)), err
})

func (q *question) benchstat(t *testing.T, format string) string {
	program, err := benchstatProgram()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-format", format}
	for k, v := range q.flags {
		args = append(args, "-"+k, v)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(program, append(args, q.files...)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || len(out) == 0 {
		t.Fatalf("go tool benchstat: %v\n%s", err, stderr.String())
	}
	return string(out)
}

// TestBenchstatCSV compares every value with the output of go tool benchstat on the same files.
func TestBenchstatCSV(t *testing.T) {
	for _, q := range testsize.Some(questions(t), 0) {
		t.Run(q.name, func(t *testing.T) {
			rows := csvRows(t, q.benchstat(t, "csv"))
			values := 0
			for _, table := range q.ours(t).Tables {
				for i, name := range table.Rows {
					want := []string{name}
					for j, c := range table.Cells[i] {
						got := make([]string, 4)
						if c != nil {
							values++
							got[0], got[1] = fmt.Sprint(c.Summary.Center), c.Summary.PctRangeString()
							if c.Base != nil {
								got[2], got[3] = c.Delta(), c.Comparison.String()
							}
						}
						want = append(want, got[:2+2*min(j, 1)]...)
					}
					if got := rows.next(t, name); strings.Join(got, "|") != strings.TrimRight(strings.Join(want, "|"), "|") {
						t.Fatalf("%s %s: benchstat has %q, compare %q", table.Unit, name, got, want)
					}
				}
				means(t, table, rows.next(t, "geomean"))
			}
			if values < 6 {
				t.Errorf("only %d values compared", values)
			}
		})
	}
}

// means compares the geometric means with benchstat's: they are equal if it has one; otherwise ours names what it
// leaves out.
func means(t *testing.T, table *compare.Table, row []string) {
	for j, m := range table.Means {
		at := 1
		if j > 0 {
			at = 3 + 4*(j-1)
		}
		get := func(i int) string {
			if i < len(row) {
				return row[i]
			}
			return ""
		}
		if got := get(at); got == "" && len(m.Left) == 0 || got != "" && (got != fmt.Sprint(m.Center) || len(m.Left) > 0) {
			t.Errorf("%s: geomean of %s: benchstat has %q, compare %v without %q", table.Unit, table.Cols[j], got, m.Center, m.Left)
		}
		if j == 0 {
			continue
		}
		if got, ratio := get(at+2), fmt.Sprintf("%+.2f%%", (m.Ratio-1)*100); got != "?" && got != ratio || got == "?" && !math.IsNaN(m.Ratio) && len(m.Unpaired) == 0 {
			t.Errorf("%s: change of the geomean of %s: benchstat has %q, compare %q without %q", table.Unit, table.Cols[j], got, ratio, m.Unpaired)
		}
	}
}

// TestBenchstatText compares every line with benchstat's, except for blanks between words, our marks, and keys without a value.
func TestBenchstatText(t *testing.T) {
	marks := regexp.MustCompile(` (better|worse|changed)\b|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|│| [!?]`)
	words := func(text string) (lines []string) {
		for _, l := range strings.Split(text, "\n") {
			if l == "" || strings.HasSuffix(l, ": ") || strings.HasPrefix(l, "geomean") || strings.ContainsRune("¹²³⁴⁵⁶⁷⁸⁹", []rune(l)[0]) {
				continue
			}
			lines = append(lines, strings.Join(strings.Fields(marks.ReplaceAllString(l, " ")), " "))
		}
		return lines
	}
	for _, q := range testsize.Some(questions(t), 1) {
		t.Run(q.name, func(t *testing.T) {
			c := q.ours(t)
			c.Notes = nil
			var b strings.Builder
			if err := c.Write(&b, "text", false); err != nil {
				t.Fatal(err)
			}
			got, want := words(b.String()), words(q.benchstat(t, "text"))
			for i := range want {
				if i >= len(got) || got[i] != want[i] {
					t.Fatalf("line %d: compare has\n%q\nbenchstat\n%q", i, got[min(i, len(got)-1)], want[i])
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d lines, benchstat has %d", len(got), len(want))
			}
		})
	}
}

// reader goes through benchstat's CSV.
type reader struct{ rows [][]string }

func csvRows(t *testing.T, text string) *reader {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return &reader{rows}
}

// next returns the next row that begins with name, without empty fields at its end.
func (r *reader) next(t *testing.T, name string) []string {
	for len(r.rows) > 0 {
		row := r.rows[0]
		r.rows = r.rows[1:]
		if row[0] == name {
			for row[len(row)-1] == "" {
				row = row[:len(row)-1]
			}
			return row
		}
	}
	t.Fatalf("benchstat has no further row %q", name)
	return nil
}
