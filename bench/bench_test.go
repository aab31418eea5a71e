package bench_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/allocators/all"
	"lwbench/bench"
	"lwbench/bench/sweeps"
	"lwbench/bench/workload"
	"lwbench/mmu/machines"
)

func lists() bench.Lists {
	return bench.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load}
}

func grid(t testing.TB, yaml string) *bench.Grid {
	t.Helper()
	o, err := bench.ParseSweep("t.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	g, err := o.Resolve(lists())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// runAll runs the cells and returns their result file and the results.
func runAll(t testing.TB, cells []*bench.Cell, jobs int) (string, []*bench.Result) {
	t.Helper()
	var b bytes.Buffer
	rec, err := bench.NewRecorder(&b, "a test")
	if err != nil {
		t.Fatal(err)
	}
	var results []*bench.Result
	err = bench.RunCells(context.Background(), cells, jobs, nil, func(r *bench.Result) error {
		results = append(results, r)
		return rec.Write(r)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), results
}

// TestShippedSweeps runs each shipped sweep at its own CPU counts, with fewer operations, and checks what it expects.
func TestShippedSweeps(t *testing.T) {
	for _, name := range sweeps.Names() {
		t.Run(name, func(t *testing.T) {
			data, err := sweeps.Read(name)
			if err != nil {
				t.Fatal(err)
			}
			g := grid(t, string(data))
			if g.Why == "" || len(g.Expect) == 0 {
				t.Error("a shipped sweep says why and what it expects")
			}
			g.Ops, g.Warmup = min(g.Ops, 300), min(g.Warmup, 1000)
			cells := g.Cells()
			if testing.Short() && len(cells) > 150 {
				t.Skip("many cells")
			}
			_, results := runAll(t, cells, 2)
			for _, e := range g.Expect {
				if err := e.Check(results); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestJobsMakeNoDifference: the same bytes for 1 and 2 cells side by side.
func TestJobsMakeNoDifference(t *testing.T) {
	g := grid(t, "cpus: [1, 3, 8]\nops: 60\nset: {sfbuf.nsfbufs: [16, 64]}\nreps: 2")
	one, _ := runAll(t, g.Cells(), 1)
	two, _ := runAll(t, g.Cells(), 2)
	if one != two {
		t.Error("results differ between 1 and 2 jobs")
	}
}

func TestGrid(t *testing.T) {
	g := grid(t, "alloc: [naive, sfbuf, lwbuf]\nworkload: [xio, stray]\ncpus: [1, 2]\nset: {sfbuf.nsfbufs: [16, 64, 256]}\nparam: {xio.pages: [1, 8]}\nreps: 2")
	// xio: 2 parameters x (1 + 3 + 1 choices of tunables) x 2 CPUs x 2 reps; stray without the parameter: half of that.
	if n := len(g.Cells()); n != 40+20 {
		t.Errorf("%d cells, want 60", n)
	}
	if name := g.Cells()[4].Name(); name != "Xio/alloc=sfbuf/sfbuf.nsfbufs=16/xio.pages=1/cpus=1" {
		t.Error(name)
	}
}

func TestBadSweeps(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "t.yaml:1: the sweep file is empty",
		"allocs: [naive]":                       `t.yaml:1: unknown field "allocs"`,
		"ops: 5\ncpus: many":                    "t.yaml:2: ",
		"alloc: [naive\nops: 1":                 "t.yaml:",
		"ops: 1\nexpect: [\"lwbuf is best\"]":   `t.yaml:2: expectation "lwbuf is best": no ": "`,
		"expect: [\"lwbuf: speed > 1\"]":        `t.yaml:1: expectation "lwbuf: speed > 1": no unit "speed"`,
		"expect: [\"lwbuf at x: stale = 0\"]":   "at takes a number of CPUs",
		"expect: [\"lwbuf on: stale = 0\"]":     "something is missing",
		"expect: [\"lwbuf in xio: stale = 0\"]": `"in" is none of`,
		"expect: [\"lwbuf: stale is 0\"]":       `"is" is none of < <= = >= >`,
	} {
		_, err := bench.ParseSweep("t.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		"alloc: [lwbuff]":           `no allocator "lwbuff": did you mean lwbuf?`,
		"alloc: [zzz]":              `no allocator "zzz": there are naive, sfbuf`,
		"alloc: []":                 "alloc: the list is empty",
		"workload: [xioo]":          `no workload "xioo": did you mean xio?`,
		"workload: [accesslog]":     "workload accesslog needs an input: give --param accesslog.file=FILE",
		"cpus: [0]":                 "cpus: 0 is out of range: choose 1 to 1024",
		"cpus: [2000]":              "cpus: 2000 is out of range",
		"cpus: []":                  "cpus: the list is empty",
		"machine: [vax]":            `no machine "vax"`,
		"ops: 0":                    "ops: 0 is out of range",
		"reps: 0":                   "reps: 0 is out of range",
		"set: {sfbuf.nsfbuf: [1]}":  `no tunable "sfbuf.nsfbuf": did you mean sfbuf.nsfbufs?`,
		"set: {sfbuf.nsfbufs: [0]}": "sfbuf.nsfbufs=0 is out of range: choose 1 to 65536",
		"set: {sfbuf.nsfbufs: [x]}": "sfbuf.nsfbufs=x: not a whole number",
		"set: {sfbuf.nsfbufs: []}":  "sfbuf.nsfbufs: the list is empty",
		"alloc: [lwbuf]\nset: {sfbuf.nsfbufs: [64]}":                    "sfbuf.nsfbufs: no allocator of this sweep has that tunable",
		"param: {sendfile.rt: [1]}":                                     `no parameter "sendfile.rt": did you mean sendfile.rtt?`,
		"param: {xio.pages: [99]}":                                      "xio.pages=99: choose 1 to 32",
		"param: {memdisk.order: [sequential, back]}":                    "memdisk.order=back: choose random or sequential",
		"param: {synthetic.private: [0, 1], synthetic.stray: [0, 0.5]}": "synthetic.stray=0.5 with synthetic.private=1: only its own CPU",
		"workload: [exec]\nparam: {xio.pages: [2]}":                     "xio.pages: no workload of this sweep has that parameter",
	} {
		o, err := bench.ParseSweep("t.yaml", []byte(text))
		if err == nil {
			_, err = o.Resolve(lists())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestExpectations(t *testing.T) {
	g := grid(t, "alloc: [sfbuf, lwbuf]\nworkload: [xio]\ncpus: [4]\nops: 50\nwarmup: 0")
	_, results := runAll(t, g.Cells(), 2)
	for text, holds := range map[string]bool{
		"lwbuf: stale = 0": true, "lwbuf: stale > 0": false, "lwbuf on xio at 4: pte-writes/op = 1": true,
		"lwbuf: pte-writes/op > sfbuf": false, "sfbuf: pte-writes/op <= lwbuf": true, "lwbuf: cycles/op < sfbuf": true,
		"lwbuf at 8: stale = 0": false, "naive: stale = 0": false, "lwbuf: stale = naive": false,
	} {
		e, err := bench.ParseExpectation(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Check(results); (err == nil) != holds {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestStaleNeverWins: the faster but wrong design is marked, the right one wins.
func TestStaleNeverWins(t *testing.T) {
	g := grid(t, "alloc: [lwbuf-submitted, lwbuf, sfbuf]\nworkload: [stray]\ncpus: [8]\nops: 200")
	_, results := runAll(t, g.Cells(), 2)
	var b bytes.Buffer
	if err := bench.WriteTables(&b, results); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"lwbuf-submitted  !", "lwbuf  *", "! lwbuf-submitted made stale accesses", "why, at 8 CPUs:\n    lwbuf: "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &b)
		}
	}
}

// TestCancelKeepsWhatIsDone: finished cells before the gap are delivered, in order.
func TestCancelKeepsWhatIsDone(t *testing.T) {
	g := grid(t, "ops: 30\ncpus: [1, 2]")
	cells := g.Cells()
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := bench.RunCells(ctx, cells, 2, nil, func(r *bench.Result) error {
		if r.Cell != cells[n] {
			t.Errorf("result %d is not cell %d", n, n)
		}
		if n++; n == 5 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n < 5 || n == len(cells) {
		t.Errorf("%d of %d delivered, %v", n, len(cells), err)
	}
}

func TestDoneLeavesOutACutLine(t *testing.T) {
	g := grid(t, "alloc: [naive]\nworkload: [xio]\ncpus: [1, 2]\nops: 10")
	text, _ := runAll(t, g.Cells(), 1)
	path := filepath.Join(t.TempDir(), "r.txt")
	for cut := 1; cut < 200; cut += 7 {
		if err := os.WriteFile(path, []byte(text[:len(text)-cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		done, _, size, err := bench.Done(path)
		if err != nil || len(done) != 1 || text[size-1] != '\n' {
			t.Fatalf("cut %d: %v, %d, %v", cut, done, size, err)
		}
	}
}

// TestContinued: a file that was cut and gone on with has the bytes of one that was not.
func TestContinued(t *testing.T) {
	g := grid(t, "alloc: [naive, sfbuf]\nworkload: [xio]\nmachine: [haswell-2s, numa-8s]\ncpus: [1, 2]\nops: 10")
	cells := g.Cells()
	whole, results := runAll(t, cells, 1)
	path := filepath.Join(t.TempDir(), "r.txt")
	for n := range results {
		var b bytes.Buffer
		rec, err := bench.NewRecorder(&b, "a test")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results[:n] {
			_ = rec.Write(r)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		done, machine, size, err := bench.Done(path)
		if err != nil || size != int64(b.Len()) || len(done) != n {
			t.Fatal(done, machine, size, err)
		}
		rec = bench.ContinueRecorder(&b, machine)
		for _, r := range results[n:] {
			_ = rec.Write(r)
		}
		if b.String() != whole {
			t.Errorf("cut after %d results:\n%s\nwhole:\n%s", n, &b, whole)
		}
	}
}

func TestWhyNamesTheLock(t *testing.T) {
	g := grid(t, "alloc: [sfbuf]\nworkload: [xio]\ncpus: [16]\nops: 100")
	_, results := runAll(t, g.Cells(), 1)
	if why := bench.Why(results[0].Out); !strings.Contains(why, "of its cycles go to locks") {
		t.Error(why)
	}
}

// TestCostsAddUp: the units of the kinds of cost are together cycles/op, whatever the design spends them on.
func TestCostsAddUp(t *testing.T) {
	_, results := runAll(t, grid(t, "workload: [stray, pipe]\ncpus: [1, 8]\nops: 60").Cells(), 2)
	for _, r := range results {
		sum, want := 0.0, 0.0
		for _, u := range bench.Units() {
			switch {
			case u.Name == "cycles/op":
				want = u.Value(r.Out)
			case strings.HasSuffix(u.Name, "-cycles/op"):
				sum += u.Value(r.Out)
			}
		}
		if want == 0 || math.Abs(sum-want) > 1e-4 { // each is rounded to a millionth
			t.Errorf("%s: its costs add up to %v cycles/op, it has %v", r.Cell.Name(), sum, want)
		}
	}
}
