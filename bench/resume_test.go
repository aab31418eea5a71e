package bench_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/bench"
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
		if !out.Skip(cells[0].Key()) || out.Skip(cells[0].Key()) || out.Skip(cells[1].Key()) {
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
		w, err := record.NewWriter(&b, bench.Virtual().Header("lwbench a test"))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results[:n] {
			_ = r.Write(w)
		}
		out := resume(t, b.String())
		for i, r := range results {
			if done := out.Skip(r.Cell.Key()); done != (i < n) {
				t.Errorf("cut after %d results: cell %d is done: %v", n, i, done)
			}
		}
		for _, r := range results[n:] {
			_ = r.Write(out.Writer)
		}
		_ = out.Close()
		if data, _ := os.ReadFile(out.Path); string(data) != whole {
			t.Errorf("cut after %d results:\n%s\nwhole:\n%s", n, data, whole)
		}
	}
}
