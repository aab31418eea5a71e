package bench_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strings"
	"testing"

	"golang.org/x/perf/benchunit"

	"lwbench/bench"
)

// BenchmarkSweep is a sweep under the virtual clock with one and two jobs: two should run at least 1.8 times as fast.
func BenchmarkSweep(b *testing.B) {
	for _, jobs := range []int{1, 2} {
		b.Run(fmt.Sprintf("jobs=%d/", jobs), func(b *testing.B) {
			for range b.N {
				runAll(b, grid(b, "workload: [xio, stray, sendfile, pipe]\ncpus: [1, 2, 4, 8, 16]\nops: 100\nwarmup: 100\n").Cells(), jobs)
			}
		})
	}
}

// BenchmarkLive is every design on every workload on real threads: a cell is set up once, its operations are b.N, and
// the metrics are those of lwbench run. Its ns/op are the sec/op of the result files.
func BenchmarkLive(b *testing.B) {
	for _, c := range grid(b, "engine: live\ncpus: [1, 2]\nreps: 1\n").Cells() {
		b.Run(fmt.Sprintf("alloc=%s/workload=%s/cpus=%d", c.Design.Name, c.Workload.Name, c.CPUs), func(b *testing.B) { liveCell(b, *c) })
	}
}

// liveCell runs c for at least b.N operations on all CPUs together.
func liveCell(b *testing.B, c bench.Cell) {
	c.Ops = (b.N + c.CPUs - 1) / c.CPUs
	err := bench.RunCells(context.Background(), []*bench.Cell{&c}, 1, nil, func(r *bench.Result) error {
		switch {
		case r.Failed != nil:
			b.Skip(r.Failed)
		case r.Faulty():
			b.Errorf("the oracles object: %+v", r.Out.Findings)
		}
		for _, u := range bench.Live().Units { // instead of the testing package's ns/op, which includes the setup
			if math.IsNaN(u.Value(r.Out)) {
				continue
			}
			v, name := u.Value(r.Out), strings.Replace(u.Name, "sec", "ns", 1)
			if name != u.Name {
				v *= 1e9 // benchmarks print nanoseconds; benchstat converts them back to sec
			}
			b.ReportMetric(v, name)
		}
		pinned := 0.0
		if r.Out.Live.Pinned {
			pinned = 1
		}
		b.ReportMetric(pinned, "pinned")
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// TestBenchmarkLive: the lines of the Go benchmark have the units of a result file, with its values.
func TestBenchmarkLive(t *testing.T) {
	f := flag.Lookup("test.benchtime")
	old := f.Value.String()
	defer func() { _ = f.Value.Set(old) }()
	if err := f.Value.Set("64x"); err != nil {
		t.Fatal(err)
	}
	cells := grid(t, "engine: live\nalloc: [lwbuf]\nworkload: [xio]\ncpus: [2]\nreps: 1\n").Cells()
	result := testing.Benchmark(func(b *testing.B) { liveCell(b, *cells[0]) })
	have := map[string]float64{}
	for name, v := range result.Extra {
		v, name = benchunit.Tidy(v, name)
		have[name] = v
	}
	for _, u := range bench.Live().Units {
		if _, ok := have[u.Name]; !ok && !strings.HasPrefix(u.Name, "host-") {
			t.Errorf("no %s among %v", u.Name, have)
		}
	}
	if n := have["pte-writes/op"]; result.N != 64 || n != 1 {
		t.Errorf("%d operations wrote %v PTEs each, want 64 and 1", result.N, n)
	}
	if s := have["sec/op"]; s < 1e-8 || s > 1 {
		t.Errorf("an operation takes %v s", s)
	}
}
