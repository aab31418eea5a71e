package report

import (
	"math"
	"strings"
	"testing"

	"lwbench/bench/record"
)

// atWorkload is a result of made under another workload's name, with that workload's own work.
func atWorkload(name string, r *record.Result, own float64) *record.Result {
	r.Workload = name
	r.Values = append(r.Values, record.Value{Unit: "use-cycles/op", Value: own})
	return r
}

func screen(t *testing.T, list []*record.Result) string {
	t.Helper()
	text := terminalText(t, list)
	if !strings.Contains(text, "geometric mean over the workloads") {
		t.Fatalf("no screen in\n%s", text)
	}
	return text
}

// TestOverview: b costs 2 and 8 times what a does, 4 times in the geometric mean; without the own work of the second
// workload it is 2 and 15 times.
func TestOverview(t *testing.T) {
	rs := []*record.Result{
		atWorkload("one", made("a", nil, nil, 1, 100, 0, 0), 0), atWorkload("one", made("b", nil, nil, 1, 200, 0, 0), 0),
		atWorkload("two", made("a", nil, nil, 1, 1000, 0, 0), 500), atWorkload("two", made("b", nil, nil, 1, 8000, 0, 0), 500),
	}
	text := screen(t, rs)
	for _, want := range []string{"  a  *1.00          *224  –\n", "  b   4.00         1,225  8.00x two at 1\n", "  one  a at 1\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
	if want := math.Sqrt(200 * 7500); math.Abs(want-1224.7) > 0.1 {
		t.Error("the test's own arithmetic is wrong")
	}
}

// TestOverviewMarks: a design with wrong answers anywhere is marked and does not lead; one that is missing somewhere
// is marked.
func TestOverviewMarks(t *testing.T) {
	text := screen(t, []*record.Result{
		atWorkload("one", made("a", nil, nil, 4, 100, 0, 0), 0), atWorkload("one", made("b", nil, nil, 4, 200, 0, 0), 0), atWorkload("one", made("w", nil, nil, 4, 10, 0, 3), 0),
		atWorkload("two", made("a", nil, nil, 4, 100, 0, 0), 0), atWorkload("two", made("b", nil, nil, 4, 300, 0, 0), 0), atWorkload("two", made("w", nil, nil, 4, 1000, 0, 0), 0),
		atWorkload("six", made("a", nil, nil, 4, 100, 0, 0), 0), atWorkload("six", made("b", nil, nil, 4, 300, 0, 0), 0),
	})
	for _, want := range []string{"*1.00", "!1.00", "! w: wrong answers (stale accesses or faults), not ranked: one at 4"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
}

// TestFragile: a leads by 20 cycles and spends 50 more than b on line transfers: at 1.4 times their cost the lead is
// lost.
func TestFragile(t *testing.T) {
	line := func(r *record.Result, v float64) *record.Result {
		r.Values = append(r.Values, record.Value{Unit: "line-cycles/op", Value: v})
		return r
	}
	text := screen(t, []*record.Result{
		atWorkload("one", line(made("a", nil, nil, 8, 100, 0, 0), 60), 0), atWorkload("one", line(made("b", nil, nil, 8, 120, 0, 0), 10), 0),
		atWorkload("two", line(made("a", nil, nil, 8, 100, 0, 0), 60), 0), atWorkload("two", line(made("b", nil, nil, 8, 160, 0, 0), 10), 0),
	})
	if want := "one at 8 CPUs: b would overtake a if cache line transfers cost 1.40x"; !strings.Contains(text, want) || strings.Contains(text, "two at 8") && strings.Contains(text, "two at 8 CPUs: b") {
		t.Errorf("missing %q in\n%s", want, text)
	}
}

// TestRough: a ranked figure whose half-width is above 20 % has the mark ? in every view, and the screen says where it is. A
// figure that is not ranked keeps its own mark.
func TestRough(t *testing.T) {
	half := func(share, unsteady float64, r *record.Result) *record.Result {
		r.Values = append(r.Values, record.Value{Unit: record.HalfWidth, Value: share}, record.Value{Unit: record.Unsteady, Value: unsteady})
		return r
	}
	list := func(wide float64) []*record.Result {
		return []*record.Result{
			atWorkload("one", made("a", nil, nil, 4, 100, 0, 0), 0), atWorkload("one", half(wide, record.WideSpread, made("b", nil, nil, 4, 200, 0, 0)), 0),
			atWorkload("two", made("a", nil, nil, 4, 100, 0, 0), 0), atWorkload("two", made("b", nil, nil, 4, 200, 0, 0), 0),
			atWorkload("two", half(wide, record.Drifting, made("c", nil, nil, 4, 900, 0, 0)), 0),
		}
	}
	r := New(testLists())
	if err := r.Add(&record.File{Name: "x", Results: list(.65)}); err != nil {
		t.Fatal(err)
	}
	for view, text := range map[string]string{"text": screen(t, list(.65)), "md": markdown(t, r), "html": page1(t, r)} {
		for _, want := range map[string][]string{
			"text": {"?2.00", "?2.00x one at 4", "? 95 % half-width above 20 %", "  ? b: one at 4 (65 %)\n", "?200±65%", "~900±65%"},
			"md":   {"?2.00", "?200", "?2.00×", "~900", "? 95 % half-width above 20 %"},
			"html": {"?2.00", "?200", "?2.00×", "~900", "? 95 % half-width above 20 %", "b, 4 CPUs: 200 cycles/op, half-width 65 %"},
		}[view] {
			if !strings.Contains(text, want) {
				t.Errorf("%s: missing %q in\n%s", view, want, text)
			}
		}
		if strings.Contains(text, "~?") {
			t.Errorf("%s: two marks", view)
		}
	}
	if text := screen(t, list(.2)); strings.Contains(text, "?") {
		t.Errorf("a mark for 20 %%:\n%s", text)
	}
}
