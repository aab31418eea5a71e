package bench_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pprof "github.com/google/pprof/profile"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/profile"
	"lwbench/bench/record"
)

const liveSweep = "engine: live\nalloc: [naive, lwbuf]\nworkload: [xio]\ncpus: [1, 2]\nops: 50\nwarmup: 10\nreps: 3\n"

// runLive runs the cells on real threads and returns their result file and the results.
func runLive(t *testing.T, cells []*bench.Cell) (string, []*bench.Result) {
	t.Helper()
	var b bytes.Buffer
	rec, err := record.NewWriter(&b, cells[0].Engine.Header("lwbench a test"))
	if err != nil {
		t.Fatal(err)
	}
	var results []*bench.Result
	err = bench.RunCells(context.Background(), cells, 8, nil, func(r *bench.Result) error {
		results = append(results, r)
		return r.Write(rec)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), results
}

// TestLiveCells: repetitions are interleaved over all cells, the warm-up is not counted, the last repetition has the
// spread, and the result file says what it is and claims no exactness.
func TestLiveCells(t *testing.T) {
	g := grid(t, liveSweep)
	cells := g.Cells()
	var order []int
	for _, c := range cells {
		order = append(order, c.Rep)
	}
	if want := []int{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}; !slices.Equal(order, want) {
		t.Errorf("repetitions %v, want %v", order, want)
	}
	text, results := runLive(t, cells)
	for _, r := range results {
		if want := int64(50 * r.Cell.CPUs); r.Out.Ops != want || r.Out.Live.Busy <= 0 {
			t.Errorf("%s: %d ops in %v s, want %d", r.Cell.Name(), r.Out.Ops, r.Out.Live.Busy, want)
		}
		if (r.Spread >= 0) != (r.Cell.Rep == 2) {
			t.Errorf("%s, repetition %d: spread %v", r.Cell.Name(), r.Cell.Rep, r.Spread)
		}
	}
	for _, want := range []string{"\nengine: live\n", "\npin: ", "\nclaim: ", "\nipi-cost: machine\n", "\ngoos: ", " sec/op ", " spread\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "assume=exact") || strings.Contains(text, "cycles") {
		t.Errorf("a live result claims what it has not measured:\n%s", text)
	}
	file, err := record.Read("r.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	done := map[record.Key]int{}
	for _, r := range file.Results {
		done[r.Key()]++
	}
	if done[cells[0].Key()] != 3 || len(done) != 4 {
		t.Errorf("done %v", done)
	}
	virtual := *cells[0]
	if virtual.Engine = bench.Virtual(); done[virtual.Key()] != 0 {
		t.Error("a virtual cell passes for one on real threads")
	}
}

// TestLiveRefusals: what only one of the engines can do is refused on the other.
func TestLiveRefusals(t *testing.T) {
	for yaml, want := range map[string]string{
		"engine: real":                    "choose virtual or live",
		"ipi-cost: none":                  "give --engine live",
		"engine: live\nipi-cost: nothing": "choose machine or none",
	} {
		o, err := plan.ParseSweep("t.yaml", []byte(yaml+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = o.Resolve(lists()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", yaml, err, want)
		}
	}
	g := grid(t, liveSweep+"expect:\n  - \"lwbuf: cycles/op > 0\"\n")
	_, results := runLive(t, g.Cells()[:4])
	if err := g.Expect[0].Check(records(results)); err == nil || !strings.Contains(err.Error(), "does not measure cycles/op") {
		t.Errorf("an expectation in cycles: %v", err)
	}
	g = grid(t, liveSweep+"expect:\n  - \"lwbuf: sec/op > 0\"\n")
	if err := g.Expect[0].Check(records(results)); err != nil {
		t.Error(err)
	}
}

// TestLiveProfiles: one file a cell, with the labels, in the forms of Go's own.
func TestLiveProfiles(t *testing.T) {
	dir := t.TempDir()
	g := grid(t, "engine: live\nalloc: [sfbuf]\nworkload: [stray]\ncpus: [2]\nops: 12000\nreps: 1\n")
	g.Profile = &profile.Live{
		CPU: filepath.Join(dir, "cpu"), Mutex: filepath.Join(dir, "mutex"),
		Block: filepath.Join(dir, "block"), Locks: filepath.Join(dir, "locks"),
	}
	cells := g.Cells()
	read := func(kind string) *pprof.Profile {
		f, err := os.Open(filepath.Join(dir, kind, cells[0].FileName()+".pprof"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		p, err := pprof.Parse(f)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		return p
	}
	phases := map[string]bool{}
	for try := 0; try < 50 && (len(phases) < 2 || !phases["alloc"]); try++ { // a sample is 10 ms of CPU time: a run has few
		runLive(t, cells)
		for _, s := range read("cpu").Sample {
			if len(s.Label["phase"]) == 1 && s.Label["alloc"][0] == "sfbuf" && strings.HasPrefix(s.Label["cpu"][0], "cpu") {
				phases[s.Label["phase"][0]] = true
			}
		}
	}
	if len(phases) < 2 || !phases["alloc"] {
		t.Errorf("phases %v", phases)
	}
	for _, kind := range []string{"mutex", "block", "locks"} {
		p := read(kind)
		if len(p.SampleType) != 2 || p.SampleType[0].Type != "contentions" || p.SampleType[1].Unit != "nanoseconds" {
			t.Errorf("%s: %v", kind, p.SampleType)
		}
	}
	found := false
	for _, s := range read("locks").Sample {
		for _, l := range s.Location {
			for _, line := range l.Line {
				found = found || strings.HasSuffix(line.Function.Name, "sfbuf.(*allocator).Alloc")
			}
		}
	}
	if !found {
		t.Error("no CPU has waited for the MP lock in sf_buf_alloc")
	}
}

// TestLiveProfilesOfTwoMachines: neither overwrites the other's.
func TestLiveProfilesOfTwoMachines(t *testing.T) {
	g := grid(t, "engine: live\nmachine: [haswell-2s, numa-8s]\nalloc: [sfbuf]\nworkload: [xio]\ncpus: [2]\nops: 20\nreps: 1\n")
	g.Profile = &profile.Live{Locks: t.TempDir()}
	runLive(t, g.Cells())
	if files, err := os.ReadDir(g.Profile.Locks); err != nil || len(files) != 2 {
		t.Errorf("files %v: %v", files, err)
	}
}
