package report

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"lwbench/allocators"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/mmu"
)

// made is a result with the given cycles per operation, reuse and stale accesses.
func made(design string, set, param []record.Setting, cpus int, cycles, reuse, stale float64) *record.Result {
	return &record.Result{
		Name:   record.Name{Workload: "load", Params: param, Design: design, Set: set, CPUs: cpus},
		Config: []record.Setting{{Name: record.KeyEngine, Value: record.Virtual}, {Name: record.KeyMachine, Value: "box"}},
		Values: []record.Value{{Unit: "cycles/op", Value: cycles}, {Unit: "reuse", Value: reuse}, {Unit: "stale", Value: stale}},
	}
}

// terminalText returns the terminal output for results. The design "faulty" declares a fault.
func terminalText(t *testing.T, list []*record.Result) string {
	t.Helper()
	r := New(plan.Lists{
		Designs: []*allocators.Design{{Name: "faulty", KnownFault: "on purpose"}},
		Machine: func(string) (*mmu.Spec, error) { return nil, errors.New("none") },
	})
	var b strings.Builder
	if err := errors.Join(r.Add(&record.File{Name: "x", Results: list}), r.Text(&b, true)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func is(name, value string) []record.Setting { return []record.Setting{{Name: name, Value: value}} }

// TestLineOverATunable: the columns are in numeric order, values that make no difference are tied, and a design
// without the tunable is listed once.
func TestLineOverATunable(t *testing.T) {
	var rs []*record.Result
	for _, x := range []struct {
		n             string
		cycles, reuse float64
	}{{"64", 2000, 0.5}, {"4", 8000, 0}, {"16", 4000, 0.1}, {"256", 1000.1, 0.9}, {"1024", 1000, 0.9}} {
		rs = append(rs, made("pool", is("pool.n", x.n), nil, 8, x.cycles, x.reuse, 0))
	}
	rs = append(rs, made("plain", nil, nil, 8, 3000, 0, 0))
	checkText(t, rs, `
load on box, 8 CPUs: cycles per operation by pool.n
      n      4     16     64     256    1024
   pool  8,000  4,000  2,000  =1,000  =1,000  █▆▃▁▁
  reuse     0%    10%    50%     90%     90%
  = tied with the cheapest
  plain, whatever n is: 3,000, reuse 0%
  why, the best of each:
    pool n=256: 0 % is the workload's own work, no shootdowns, 90 % of allocs found the page mapped
    plain: 0 % is the workload's own work, no shootdowns

`)
}

// TestLineOverAParameter: each value has a winner, which shows where the lines cross; wrong answers never win, and
// the rest of the grid is in the title and the labels.
func TestLineOverAParameter(t *testing.T) {
	var rs []*record.Result
	for i, v := range []string{"a", "b", "c"} {
		at := append(is("load.order", v), is("load.more", "1")...)
		n := float64(i)
		rs = append(rs,
			made("x", is("x.n", "2"), at, 1, 1000+500*n, 0, 0), made("y", nil, at, 1, 1400, 0, 0), made("faulty", nil, at, 1, 1, 0, n))
	}
	checkText(t, rs, `
load more=1 on box, 1 CPU: cycles per operation by load.order
   order       a       b       c
  faulty       1      !1      !1  ▁▁▁
   reuse      0%      0%      0%
   x n=2  *1,000   1,500   2,000  ▁▅█
   reuse      0%      0%      0%
       y   1,400  *1,400  *1,400  ▁▁▁
   reuse      0%      0%      0%
  * the cheapest
  ! faulty: wrong answers (stale accesses or faults), not ranked
  faulty: declares a fault, not ranked
  why, at order=c:
    y: 0 % is the workload's own work, no shootdowns
    x n=2: 0 % is the workload's own work, no shootdowns
    faulty: 0 % is the workload's own work, no shootdowns

`)
}

func checkText(t *testing.T, rs []*record.Result, want string) {
	t.Helper()
	if got := "\n" + terminalText(t, rs); got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
}

// TestTwoValuesAreTwoRows: fewer than three values make no line.
func TestTwoValuesAreTwoRows(t *testing.T) {
	checkText(t, []*record.Result{
		made("x", is("x.n", "2"), nil, 1, 1000, 0, 0), made("x", is("x.n", "4"), nil, 1, 2000, 0, 0),
	}, `
load on box: cycles per operation
              CPUs       1
             x n=2  *1,000
             x n=4   2,000
  * beats the next   2.00x
  * the cheapest
  why, at 1 CPU:
    x n=2: 0 % is the workload's own work, no shootdowns
    x n=4: 0 % is the workload's own work, no shootdowns

`)
}

// TestLinesAreReadable: two axes at once, many values: no table wider than 100 columns, and each design with each
// line.
func TestLinesAreReadable(t *testing.T) {
	var rs []*record.Result
	add := func(param []record.Setting) {
		for _, n := range []int{1, 4} {
			for v := 1; v <= 32768; v *= 2 {
				rs = append(rs, made("pool", is("pool.n", strconv.Itoa(v)), param, n, float64(10*v), 0.5, 0))
			}
			rs = append(rs, made("plain", nil, param, n, 500, 0, 0), made("faulty", nil, param, n, 1, 0, 7))
		}
	}
	for _, order := range []string{"random", "sequential"} {
		for _, request := range []string{"1", "4", "16"} {
			add(append(is("load.order", order), is("load.request", request)...))
		}
	}
	text := terminalText(t, rs)
	for _, l := range strings.Split(text, "\n") {
		if n := utf8.RuneCountInString(l); n > 100 && !strings.HasPrefix(l, "    ") {
			t.Errorf("%d columns: %s", n, l)
		}
	}
	// pool over n at 2 numbers of CPUs for 2 x 3 choices of parameters; the others with it, and over request for each
	// order.
	for what, want := range map[string]int{" by pool.n\n": 12, "\n  plain, whatever n is: ": 12, " by load.request\n": 4, "\n  ! faulty: wrong answers": 16} {
		if n := strings.Count(text, what); n != want {
			t.Errorf("%q is there %d times, want %d:\n%s", what, n, want, text)
		}
	}
}

// TestWideTables: a table wider than 100 columns continues in another block with its own header; 1 CPU is singular.
func TestWideTables(t *testing.T) {
	var rs []*record.Result
	for n := range 40 {
		rs = append(rs, made("one", nil, nil, n+1, 1e6, 0, 0), made("another", nil, nil, n+1, 2e6, 0, 0))
	}
	text := terminalText(t, rs)
	blocks, heads, want := 0, "", ""
	for _, l := range strings.Split(text, "\n") {
		if n := utf8.RuneCountInString(l); n > 100 {
			t.Errorf("%d columns: %s", n, l)
		}
		if f := strings.Fields(l); len(f) > 1 && f[0] == "CPUs" {
			blocks++
			heads += strings.Join(f[1:], " ") + " "
		}
	}
	for n := range 40 {
		want += strconv.Itoa(n+1) + " "
	}
	if blocks < 5 || heads != want || strings.Count(text, "* beats the next  ") != blocks || strings.Count(text, " 2.00x") != 40 {
		t.Errorf("%d blocks, heads %s:\n%s", blocks, heads, text)
	}
	if text := terminalText(t, rs[:2]); !strings.Contains(text, "why, at 1 CPU:\n") {
		t.Error(text)
	}
}

// TestStaleNeverWins: the faster but wrong design is marked, the right one wins.
func TestStaleNeverWins(t *testing.T) {
	text := terminalText(t, []*record.Result{
		made("wrong", nil, nil, 8, 10, 0, 3), made("right", nil, nil, 8, 100, 0, 0), made("slow", nil, nil, 8, 200, 0, 0),
	})
	for _, want := range []string{"wrong    !10", "right   *100", "! wrong is not ranked at 8 CPUs: the oracles found stale accesses", "why, at 8 CPUs:\n    right: "} {
		if !strings.Contains(text, want) {
			t.Errorf("the table does not contain %q:\n%s", want, text)
		}
	}
}

// TestWhyNamesTheCost: the shares come from the costs by kind.
func TestWhyNamesTheCost(t *testing.T) {
	r := made("x", nil, nil, 8, 1000, 0.25, 0)
	for unit, v := range map[string]float64{"lockwait-cycles/op": 700, "shootdown-cycles/op": 200, "use-cycles/op": 100, "shootdowns/op": 2} {
		r.Values = append(r.Values, record.Value{Unit: unit, Value: v})
	}
	if got, want := Why(r), "70 % on locks, 20 % starting shootdowns (2 per op), 25 % of allocs found the page mapped"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func ExampleWhy() {
	fmt.Println(Why(&record.Result{Values: []record.Value{{Unit: "cycles/op", Value: 500}, {Unit: "use-cycles/op", Value: 450}}}))
	// Output: 90 % is the workload's own work, no shootdowns
}

// TestTerminalLab: the table of a live sweep says what part of the times the lab itself takes, where that was measured.
func TestTerminalLab(t *testing.T) {
	live := func(design string, units ...record.Value) *record.Result {
		r := made(design, nil, nil, 1, 0, 0, 0)
		r.Config[0].Value, r.Values = record.Live, units
		return r
	}
	const note = "the lab itself takes 14 to 20 ns of them (lab-sec/op, an estimate)"
	got := terminalText(t, []*record.Result{
		live("a", record.Value{Unit: "sec/op", Value: 43e-9}, record.Value{Unit: record.Lab, Value: 14e-9}),
		live("b", record.Value{Unit: "sec/op", Value: 60e-9}, record.Value{Unit: record.Lab, Value: 20e-9}),
	})
	if !strings.Contains(got, note) {
		t.Errorf("no %q in\n%s", note, got)
	}
	if got := terminalText(t, []*record.Result{live("a", record.Value{Unit: "sec/op", Value: 43e-9})}); strings.Contains(got, "the lab itself") {
		t.Errorf("a result without the unit:\n%s", got)
	}
}
