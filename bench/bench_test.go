package bench_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lwbench/allocators/all"
	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/sweeps"
	"lwbench/bench/workload"
	"lwbench/internal/testsize"
	"lwbench/mmu/machines"
)

func lists() plan.Lists {
	return plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load}
}

func grid(t testing.TB, yaml string) *plan.Grid {
	t.Helper()
	o, err := plan.ParseSweep("t.yaml", []byte(yaml))
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
	rec, err := record.To(&b, "", cells[0].Engine.Header("lwbench a test"))
	if err != nil {
		t.Fatal(err)
	}
	var results []*bench.Result
	err = bench.RunCells(context.Background(), cells, jobs, nil, func(r *bench.Result) error {
		results = append(results, r)
		return rec.Keep(r.Line())
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), results
}

// records converts results to the form of a result file.
func records(results []*bench.Result) (list []*record.Result) {
	for _, r := range results {
		list = append(list, r.Record())
	}
	return list
}

// TestJobsMakeNoDifference: 1 and 2 parallel cells give the same bytes. At full size .ci/run compares whole sweeps.
func TestJobsMakeNoDifference(t *testing.T) {
	const small = "cpus: [1, 3]\nops: 10\nwarmup: 20"
	const three = "workload: [xio, sendfile, stray]\n" + small
	g := grid(t, testsize.Choose("alloc: [sfbuf, lwbuf, genbuf, vmap-nodes]\ncpus: [3]\nops: 10\nwarmup: 5", three, small)+"\nreps: 2")
	one, _ := runAll(t, g.Cells(), 1)
	two, _ := runAll(t, g.Cells(), 2)
	if one != two {
		t.Error("results differ between 1 and 2 jobs")
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

// TestCostsAddUp: the kinds of cost add up to cycles/op, whatever the design spends them on.
func TestCostsAddUp(t *testing.T) {
	_, results := runAll(t, grid(t, "workload: [stray, pipe]\ncpus: [1, 8]\nops: "+testsize.Choose("20\nwarmup: 10", "60", "60")).Cells(), 2)
	for _, r := range results {
		sum, want := 0.0, 0.0
		for _, u := range bench.Virtual().Units {
			switch {
			case u.Name == "cycles/op":
				want = u.Value(r.Out)
			case strings.HasSuffix(u.Name, "-cycles/op") && u.Name != record.Elapsed:
				sum += u.Value(r.Out)
			}
		}
		if want == 0 || math.Abs(sum-want) > 1e-4 { // each is rounded to a millionth
			t.Errorf("%s: its costs add up to %v cycles/op, it has %v", r.Cell.Name(), sum, want)
		}
	}
}

// TestShippedSweeps runs each shipped sweep at its own CPU counts, with fewer operations, and checks its
// expectations.
func TestShippedSweeps(t *testing.T) {
	for _, name := range sweeps.Names() {
		t.Run(name, func(t *testing.T) {
			data, err := sweeps.Read(name)
			if err != nil {
				t.Fatal(err)
			}
			g := grid(t, string(data))
			if g.Why == "" || len(g.Expect) == 0 {
				t.Error("a shipped sweep needs why: and expect:")
			}
			g.Ops, g.Warmup = min(g.Ops, testsize.Choose(60, 150, 300)), min(g.Warmup, testsize.Choose(300, 500, 1000))
			cells := g.Cells()
			if most := testsize.Choose(10, 24, 90); len(cells) > most {
				if !recorded(name) && len(cells) > 90 {
					t.Errorf("%d cells, and no recorded result that checks them", len(cells))
				}
				t.Skipf("%d cells: the full size, or scripts/reproduce --check, runs the larger ones", len(cells))
			}
			_, results := runAll(t, cells, 2)
			for _, e := range g.Expect {
				if err := e.Check(records(results)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// recorded reports whether a recorded result is one of the sweep: .ci/run makes it again, with its expectations.
func recorded(sweep string) bool {
	files, _ := filepath.Glob("../results/*/*.txt")
	return slices.ContainsFunc(files, func(name string) bool {
		data, err := os.ReadFile(name)
		return err == nil && record.CommandOf(data) == "lwbench sweep "+sweep
	})
}

func TestExpectations(t *testing.T) {
	g := grid(t, "alloc: [sfbuf, lwbuf]\nworkload: [xio]\ncpus: [4]\nops: 50\nwarmup: 0")
	_, results := runAll(t, g.Cells(), 2)
	for text, holds := range map[string]bool{
		"lwbuf: stale = 0": true, "lwbuf: stale > 0": false, "lwbuf on xio at 4: pte-writes/op <= 1.1": true,
		"lwbuf: stale > sfbuf": false, "sfbuf: stale <= lwbuf": true, "lwbuf: cycles/op < sfbuf": true,
		"lwbuf at 8: stale = 0": false, "naive: stale = 0": false, "lwbuf: stale = naive": false,
	} {
		e, err := plan.ParseExpectation(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Check(records(results)); (err == nil) != holds {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestStaleCountsForNothing: a design with stale accesses is never cheaper, on either side of an expectation. Its
// other figures can be compared.
func TestStaleCountsForNothing(t *testing.T) {
	g := grid(t, "alloc: [lwbuf-submitted, lwbuf]\nworkload: [stray]\ncpus: [8]\nops: 200")
	_, results := runAll(t, g.Cells(), 2)
	for text, holds := range map[string]bool{
		"lwbuf-submitted: cycles/op < lwbuf": false, "lwbuf: cycles/op > lwbuf-submitted": false,
		"lwbuf-submitted: cycles/op < 1000000": true, "lwbuf-submitted: invlpg/op < lwbuf": true,
	} {
		e, err := plan.ParseExpectation(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Check(records(results)); (err == nil) != holds {
			t.Errorf("%s: %v", text, err)
		}
	}
}
