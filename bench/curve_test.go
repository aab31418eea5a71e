package bench_test

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"lwbench/allocators"
	"lwbench/bench"
	"lwbench/bench/record"
	"lwbench/bench/workload"
	"lwbench/mmu"
)

// made is a result out of thin air: so many cycles in 10 operations, so many reuses of 10 allocs.
func made(design, fault string, set, param []record.Setting, cpus int, cycles, reuses, stale int64) *bench.Result {
	c := &bench.Cell{
		Engine: bench.Virtual(),
		Design: &allocators.Design{Name: design, KnownFault: fault}, Workload: &workload.Workload{Name: "load"},
		Machine: &mmu.Spec{Name: "box"}, CPUs: cpus, Set: set, Param: param,
	}
	out := &workload.Outcome{Ops: 10, Allocs: 10, Cycles: mmu.Cycles(cycles), Reuses: reuses}
	out.Counters.Stale = stale
	return &bench.Result{Cell: c, Out: out}
}

func is(name, value string) []record.Setting { return []record.Setting{{Name: name, Value: value}} }

// TestCurveOverATunable: the columns are in the order of the numbers, the first of equals is the best, a design without
// the tunable is said once, and each number of CPUs has a curve of its own.
func TestCurveOverATunable(t *testing.T) {
	var rs []*bench.Result
	for _, x := range []struct {
		n              string
		cycles, reuses int64
	}{{"64", 20000, 5}, {"4", 80000, 0}, {"16", 40000, 1}, {"256", 10001, 9}, {"1024", 10000, 9}} {
		rs = append(rs, made("pool", "", is("pool.n", x.n), nil, 8, x.cycles, x.reuses, 0))
	}
	rs = append(rs, made("plain", "", nil, nil, 8, 30000, 0, 0))
	checkTables(t, rs, `
load on box, 8 CPUs: cycles an operation by pool.n
      n      4     16     64     256   1024
   pool  8,000  4,000  2,000  *1,000  1,000  █▆▃▁▁
  reuse     0%    10%    50%     90%    90%
  plain, whatever n is: 3,000, reuse 0%
  why, the best of each:
    pool n=256: 0 % are the workload's own, no shootdowns, 90 % of its allocs found the page mapped
    plain: 0 % are the workload's own, no shootdowns

`)
}

// TestCurveOverAParameter: the mark goes to the winner of each value, which shows where the curves cross; wrong answers
// never win, and the rest of the grid stands in the title and the labels.
func TestCurveOverAParameter(t *testing.T) {
	var rs []*bench.Result
	for i, v := range []string{"a", "b", "c"} {
		at := append(is("load.order", v), is("load.more", "1")...)
		n := int64(i)
		rs = append(rs,
			made("x", "", is("x.n", "2"), at, 1, 10000+5000*n, 0, 0), made("y", "", nil, at, 1, 14000, 0, 0),
			made("wrong", "on purpose", nil, at, 1, 10, 0, n))
	}
	checkTables(t, rs, `
load on box, load.more=1, 1 CPU: cycles an operation by load.order
  order       a       b       c
  x n=2  *1,000   1,500   2,000  ▁▅█
  reuse      0%      0%      0%
      y   1,400  *1,400  *1,400  ▁▁▁
  reuse      0%      0%      0%
  wrong       1      !1      !1  ▁▁▁
  reuse      0%      0%      0%
  ! wrong made stale accesses there: wrong answers, they never win
  why, at order=c:
    y: 0 % are the workload's own, no shootdowns
    x n=2: 0 % are the workload's own, no shootdowns
    wrong: 0 % are the workload's own, no shootdowns

`)
}

func checkTables(t *testing.T, rs []*bench.Result, want string) {
	t.Helper()
	var b bytes.Buffer
	if err := bench.WriteTables(&b, rs); err != nil {
		t.Fatal(err)
	}
	if got := "\n" + b.String(); got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
}

// TestTwoValuesAreTwoRows: no curve below three values.
func TestTwoValuesAreTwoRows(t *testing.T) {
	checkTables(t, []*bench.Result{
		made("x", "", is("x.n", "2"), nil, 1, 10000, 0, 0), made("x", "", is("x.n", "4"), nil, 1, 20000, 0, 0),
	}, `
load on box: cycles an operation
                CPUs       1
               x n=2  *1,000
               x n=4   2,000
    * beats the next   2.00x
  why, at 1 CPU:
    x n=2: 0 % are the workload's own, no shootdowns
    x n=4: 0 % are the workload's own, no shootdowns

`)
}

// TestCurvesAreReadable: two axes at once, many values: no line of numbers wider than 100 columns, each design in each
// block, the curves of all CPUs.
func TestCurvesAreReadable(t *testing.T) {
	g := grid(t, "alloc: [naive, sfbuf, lwbuf, lwbuf-submitted]\nworkload: [xio, memdisk, stray]\ncpus: [1, 4]\nops: 60\n"+
		"set: {sfbuf.nsfbufs: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768]}\n"+
		"param: {memdisk.request: [1, 4, 16], memdisk.order: [random, sequential]}")
	_, results := runAll(t, g.Cells(), 2)
	var b bytes.Buffer
	if err := bench.WriteTables(&b, results); err != nil {
		t.Fatal(err)
	}
	why := regexp.MustCompile(`^    `)
	for _, l := range strings.Split(b.String(), "\n") {
		if n := utf8.RuneCountInString(l); n > 100 && !why.MatchString(l) && !strings.Contains(l, ": cycles an operation by ") {
			t.Errorf("%d columns: %s", n, l)
		}
	}
	// sfbuf over nsfbufs: xio, stray, and memdisk for each of 3 x 2 choices; the others beside it, and for memdisk over
	// request for each order.
	const knobs = 2 * (1 + 1 + 6)
	for what, want := range map[string]int{
		" by sfbuf.nsfbufs\n": knobs, "\n  lwbuf, whatever nsfbufs is: ": knobs,
		" by memdisk.request\n": 2 * 2, "! lwbuf-submitted made stale accesses": 1,
	} {
		if n := strings.Count(b.String(), what); n != want {
			t.Errorf("%q stands there %d times, want %d:\n%s", what, n, want, &b)
		}
	}
}

// TestWideTables: as many columns as fit in 100, then a further block with its own heads; one CPU is no CPUs.
func TestWideTables(t *testing.T) {
	var results []*bench.Result
	for n := range 40 {
		results = append(results, made("one", "", nil, nil, n+1, 1e7, 0, 0), made("another", "", nil, nil, n+1, 2e7, 0, 0))
	}
	var b bytes.Buffer
	if err := bench.WriteTables(&b, results); err != nil {
		t.Fatal(err)
	}
	blocks, heads := 0, ""
	for _, l := range strings.Split(b.String(), "\n") {
		if n := utf8.RuneCountInString(l); n > 100 {
			t.Errorf("%d columns: %s", n, l)
		}
		if f := strings.Fields(l); len(f) > 1 && f[0] == "CPUs" {
			blocks++
			heads += strings.Join(f[1:], " ") + " "
		}
	}
	var want string
	for n := range 40 {
		want += strconv.Itoa(n+1) + " "
	}
	if blocks != 7 || heads != want || strings.Count(b.String(), "* beats the next  ") != blocks || strings.Count(b.String(), " 2.00x") != 40 {
		t.Errorf("%d blocks, heads %s:\n%s", blocks, heads, &b)
	}
	b.Reset()
	if err := bench.WriteTables(&b, results[:2]); err != nil || !strings.Contains(b.String(), "why, at 1 CPU:\n") {
		t.Errorf("%v:\n%s", err, &b)
	}
}
