package bench_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lwbench/bench"
	"lwbench/bench/compare"
	"lwbench/bench/record"
)

// resume writes text to a file and resumes it.
func resume(t *testing.T, text string) *record.Output {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := record.Open(path, bench.Virtual().Header("lwbench a test"), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestResumeLeavesOutACutLine: a cell with an incomplete line is not done, and the incomplete line is removed.
func TestResumeLeavesOutACutLine(t *testing.T) {
	g := grid(t, "alloc: [naive]\nworkload: [xio]\ncpus: [1, 2]\nops: 10")
	cells := g.Cells()
	text, _ := runAll(t, cells, 1)
	for cut := 1; cut < 200; cut += 7 {
		out := resume(t, text[:len(text)-cut])
		if out.Have(cells[0].Key(), 0) == nil || out.Have(cells[0].Key(), 1) != nil || out.Have(cells[1].Key(), 0) != nil {
			t.Errorf("cut %d: cells 0 or 1 are counted wrongly", cut)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(out.Path); err != nil || data[len(data)-1] != '\n' || !strings.HasPrefix(text, string(data)) {
			t.Errorf("cut %d: %v, the file is\n%s", cut, err, data)
		}
	}
}

// TestContinued: a truncated and resumed file has the bytes of an uninterrupted one.
func TestContinued(t *testing.T) {
	g := grid(t, "alloc: [naive, sfbuf]\nworkload: [xio]\nmachine: [haswell-2s, numa-8s]\ncpus: [1, 2]\nops: 10")
	whole, results := runAll(t, g.Cells(), 1)
	for n := range results {
		var b bytes.Buffer
		w, err := record.To(&b, "", bench.Virtual().Header("lwbench a test"))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results[:n] {
			_ = w.Keep(r.Line())
		}
		out := resume(t, b.String())
		for i, r := range results {
			if done := out.Have(r.Cell.Key(), 0) != nil; done != (i < n) {
				t.Errorf("cut after %d results: cell %d is done: %v", n, i, done)
			}
		}
		for _, r := range results[n:] {
			_ = out.Keep(r.Line())
		}
		_ = out.Close()
		if data, _ := os.ReadFile(out.Path); string(data) != whole {
			t.Errorf("cut after %d results:\n%s\nwhole:\n%s", n, data, whole)
		}
	}
}

// into runs cells into a file, which it resumes. The run is interrupted when n cells have ended; until then none of those before
// from does.
func into(t *testing.T, path string, cells []*bench.Cell, from, n int) error {
	t.Helper()
	out, err := record.Open(path, bench.Virtual().Header("lwbench a test"), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan bool, len(cells))
	go func() {
		for range n {
			<-ended
		}
		cancel()
	}()
	lines, err := bench.Into(ctx, out, cells, len(cells), func(ctx context.Context, c *bench.Cell) (*bench.Result, error) {
		if slices.Index(cells, c) < from {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		defer func() { ended <- true }()
		return bench.Simulate(context.Background(), c)
	}, func(*bench.Result) error { return nil })
	if err == nil {
		err = out.Arrange(lines)
	}
	return errors.Join(err, out.Close())
}

// TestEveryEndedCellIsKept: the cells that have ended before an interrupt are in the file, also behind a gap and also of several
// repetitions; readers read them, and resumed the file has the bytes of one that was not interrupted.
func TestEveryEndedCellIsKept(t *testing.T) {
	g := grid(t, "alloc: [naive, sfbuf]\nworkload: [xio]\nmachine: [haswell-2s, numa-8s]\ncpus: [1, 2]\nops: 10\nreps: 3")
	cells := g.Cells()
	whole, _ := runAll(t, cells, 1)
	for _, from := range []int{1, 2, 7, len(cells) - 1} {
		path := filepath.Join(t.TempDir(), "r.txt")
		if err := into(t, path, cells, from, len(cells)-from); !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted: %v", err)
		}
		text, err := os.ReadFile(path)
		if err != nil || strings.Count(string(text), "\nBenchmark") != len(cells)-from {
			t.Errorf("%v; of %d cells that had ended there are:\n%s", err, len(cells)-from, text)
		}
		f, err := record.Read(path, bytes.NewReader(text))
		if err != nil || len(f.Results) != len(cells)-from || len(f.Skipped) > 0 {
			t.Errorf("read: %v, %v", err, f)
		}
		if in, err := compare.Read([]string{path}, nil); err != nil || len(in.Results) != len(cells)-from || in.Results[0].GetConfig(record.KeyRepetition) != "" {
			t.Errorf("compare: %v, %v", err, in)
		}
		if err := into(t, path, cells, 0, 0); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := into(t, path, cells, 0, len(cells)+1); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != whole {
			t.Errorf("%v, resumed:\n%s\nwhole:\n%s", err, text, whole)
		}
	}
}

// TestReplacedMeanwhile: of two programs that write one file, the first does not put its cells in the place of the second's.
func TestReplacedMeanwhile(t *testing.T) {
	cells := grid(t, "alloc: [naive]\nworkload: [xio]\ncpus: [1, 2]\nops: 10").Cells()
	path := filepath.Join(t.TempDir(), "r.txt")
	open := func() *record.Output {
		out, err := record.Open(path, bench.Virtual().Header("lwbench a test"), false, nil)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := open()
	slices.Reverse(cells) // what is kept is not in order
	var lines []*record.Line
	for _, c := range cells {
		r, err := bench.Simulate(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		if err := first.Keep(r.Line()); err != nil {
			t.Fatal(err)
		}
		lines = append([]*record.Line{r.Line()}, lines...)
	}
	second := open()
	if err := first.Arrange(lines); err == nil || !strings.Contains(err.Error(), "another program has replaced it") {
		t.Error(err)
	}
	if text, err := os.ReadFile(path); err != nil || strings.Contains(string(text), "Benchmark") {
		t.Errorf("%v, the second program's file is\n%s", err, text)
	}
	if text, err := os.ReadFile(second.Kept); err != nil || strings.Count(string(text), "\nBenchmark") != len(cells) {
		t.Errorf("%v, the first program's file is\n%s", err, text)
	}
	for _, out := range []*record.Output{first, second} {
		if err := out.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestPipeHasWhatIsCounted: a pipe takes cells in order, so that an interrupted run counts those that it has written and no others
// that have ended.
func TestPipeHasWhatIsCounted(t *testing.T) {
	cells := grid(t, "alloc: [naive]\nworkload: [xio]\ncpus: [1, 2]\nops: 10").Cells()
	var b bytes.Buffer
	out, err := record.To(&b, "-", bench.Virtual().Header("lwbench a test"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	lines, err := bench.Into(ctx, out, cells, len(cells), func(ctx context.Context, c *bench.Cell) (*bench.Result, error) {
		if c == cells[0] {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		defer cancel()
		return bench.Simulate(context.Background(), c)
	}, func(*bench.Result) error { return nil })
	if n := strings.Count(b.String(), "\nBenchmark"); !errors.Is(err, context.Canceled) || n != len(lines) {
		t.Errorf("%v, %d cells counted of %d written", err, len(lines), n)
	}
}
