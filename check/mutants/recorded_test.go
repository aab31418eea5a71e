package mutants

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestRecorded: the recorded table has a row for each mutant of the collection, in order, each as wanted.
func TestRecorded(t *testing.T) {
	text, err := os.ReadFile("../../results/check/mutants.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	all := All()
	if len(lines) != len(all)+3 {
		t.Fatalf("%d lines, %d mutants: make it again, as its README says", len(lines), len(all))
	}
	for i, m := range all {
		row := lines[i+2]
		name, rest, _ := strings.Cut(strings.TrimPrefix(row, "  "), " ")
		rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), m.Design))
		found := false
		for _, want := range m.Want {
			if want == Nothing {
				want = "-"
			}
			found = found || strings.HasPrefix(rest, want+" ")
		}
		if name != m.Name || !found {
			t.Errorf("the row of %s is not as wanted (%s):\n%s", m.Name, m.WantText(), row)
		}
	}
}

// TestEstimate: the whole collection takes the sum of its rows, a part of it less, and a time limit is obeyed.
func TestEstimate(t *testing.T) {
	all, err := Choose(nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := Estimate("../..", all, time.Hour)
	some := Estimate("../..", all[:3], time.Hour)
	if whole >= time.Hour || some <= 0 || some >= whole { // a mutant that is not found would count an hour
		t.Errorf("all %v, three of them %v", whole, some)
	}
	if got := Estimate("../..", all, time.Millisecond); got > time.Duration(len(all))*time.Millisecond || got <= 0 {
		t.Errorf("at a millisecond each: %v", got)
	}
	if got := Estimate("../..", []Mutant{{Name: "unheard-of"}}, time.Second); got != time.Second {
		t.Errorf("one that is not in the table: %v", got)
	}
}
