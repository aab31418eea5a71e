package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	pprof "github.com/google/pprof/profile"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/profile"
	"lwbench/bench/record"
	"lwbench/internal/testsize"
)

const liveSweep = "engine: live\nalloc: [naive, lwbuf]\nworkload: [xio]\ncpus: [1, 2]\nops: 50\nwarmup: 10\nreps: 3\n"

// runLive runs the cells on real threads and returns their result file and the results.
func runLive(t *testing.T, cells []*bench.Cell) (string, []*bench.Result) {
	t.Helper()
	var b bytes.Buffer
	rec, err := record.To(&b, "", cells[0].Engine.Header("lwbench a test"))
	if err != nil {
		t.Fatal(err)
	}
	var results []*bench.Result
	err = bench.RunCells(context.Background(), cells, 8, nil, func(r *bench.Result) error {
		results = append(results, r)
		return rec.Keep(r.Line())
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), results
}

// TestLiveCells: repetitions are interleaved over all cells, the warm-up is not counted, the last repetition has the
// spread, and the result file is marked as live and not as exact.
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
		t.Errorf("a live result has units that it has not measured:\n%s", text)
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
		t.Error("a virtual cell was accepted as one on real threads")
	}
}

// TestLiveRefusals: options of only one engine are rejected by the other.
func TestLiveRefusals(t *testing.T) {
	for yaml, want := range map[string]string{
		"engine: real":                    "choose one of virtual, live",
		"ipi-cost: none":                  "give --engine live",
		"engine: live\nipi-cost: nothing": "choose one of machine, none",
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

// profiledLive runs a small cell on real threads with a profile of so much CPU time.
func profiledLive(t *testing.T, cell string, cpu time.Duration) []*bench.Result {
	t.Helper()
	cells := grid(t, "engine: live\n"+cell).Cells()
	for _, c := range cells {
		c.WantCosts, c.ProfileTime = true, cpu
	}
	_, results := runLive(t, cells)
	return results
}

// TestLiveProfile: all repetitions have one profile, of as many samples as were asked for.
// xio spends the most time in the design, so that each of the few samples counts.
func TestLiveProfile(t *testing.T) {
	results := profiledLive(t, "alloc: [sfbuf]\nworkload: [xio]\ncpus: [2]\nops: 300\nreps: 2\n", testsize.Choose(400*time.Millisecond, 400*time.Millisecond, time.Second))
	if results[0].Costs != nil {
		t.Error("the first repetition has a profile of its own")
	}
	p := results[1].Costs
	if n := profile.Total(p, "samples"); n < 30 || profile.Total(p, "time") != n*profile.SampleTime {
		t.Errorf("%d samples, %d ns of CPU time; want at least 30", n, profile.Total(p, "time"))
	}
	if !strings.Contains(profile.Few(p), "samples of CPU time, fewer than 1,000") {
		t.Errorf("few: %q", profile.Few(p))
	}
	t.Run("Stacks", func(t *testing.T) { liveStacks(t, p) })
	t.Run("OneKind", func(t *testing.T) { liveOfOneKind(t, p) })
	t.Run("Counters", func(t *testing.T) {
		agreesWithTheCounters(t, p)
		naive := profiledLive(t, "alloc: [naive]\nworkload: [stray]\ncpus: [2]\nops: 500\nreps: 1\n", testsize.Choose(50*time.Millisecond, 50*time.Millisecond, 300*time.Millisecond))
		agreesWithTheCounters(t, naive[0].Costs)
	})
}

// liveStacks: the stacks are those of the profiles of simulated cost: they begin in the workload, hold no frame of what runs it or
// of the Go runtime, and end in what the machine does; and their labels say of which design, workload, phase, CPU and lock a sample
// is.
func liveStacks(t *testing.T, p *pprof.Profile) {
	labels := map[string]map[string]bool{}
	below := map[string]bool{}
	for _, s := range p.Sample {
		var names []string
		for i, l := range s.Location {
			f := l.Line[0].Function
			names = append(names, f.Name[strings.LastIndexByte(f.Name, '/')+1:])
			if (f.Filename == "") != (i == 0) || strings.HasPrefix(f.Filename, "/") {
				t.Fatalf("frame %d is %s in file %q", i, f.Name, f.Filename)
			}
		}
		stack := strings.Join(names, " < ")
		if !strings.HasPrefix(names[len(names)-1], "workload.") ||
			strings.Contains(stack, "runtime.") || strings.Contains(stack, ".func") || strings.Contains(stack, "RunContext") {
			t.Fatalf("stack %s", stack)
		}
		for key, values := range s.Label {
			if labels[key] == nil {
				labels[key] = map[string]bool{}
			}
			labels[key][values[0]] = true
		}
		if s.Label["phase"][0] == "alloc" && strings.Contains(stack, "sfbuf.(*allocator).Alloc < workload.(*Env).Alloc <") ||
			s.Label["phase"][0] == "free" && strings.Contains(stack, "sfbuf.(*allocator).Free < workload.(*Env).") {
			below[names[0]] = true
		}
	}
	for key, want := range map[string][]string{
		"alloc": {"sfbuf"}, "workload": {"xio"}, "cpu": {"cpu0", "cpu1"}, "phase": {"alloc", "free"}, "lock": {"MP lock"},
	} {
		for _, v := range want {
			if !labels[key][v] {
				t.Errorf("label %s: %v, no %s", key, labels[key], v)
			}
		}
	}
	if !below["wait for lock"] || len(below) < 2 { // which others there are depends on the host's load
		t.Errorf("below sfbuf's Alloc and Free: %v", below)
	}
}

// agreesWithTheCounters: CPUs that wait for locks most of the time do so in both halves of the profile. Waiting for a lock was once
// sampled with the time that IPIs took meanwhile, and then was up to 10 times what the counters said.
func agreesWithTheCounters(t *testing.T, p *pprof.Profile) {
	t.Helper()
	text := strings.Join(p.Comments, "\n")
	var counted float64
	if _, err := fmt.Sscanf(text[strings.Index(text, "scaled to the "):], "scaled to the %f ms", &counted); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	if got := float64(profile.Total(p, "lockwait")) / 1e6; got < 0.999*counted-0.01 || got > 1.001*counted+0.01 || counted <= 0 {
		t.Errorf("%.3f ms of lock wait in the profile, %.3f ms counted", got, counted)
	}
}

// liveOfOneKind: a profile of one kind has that kind alone, and Go's tool and lwbench still read it.
func liveOfOneKind(t *testing.T, p *pprof.Profile) {
	locks, err := profile.Only(p, "lockwait", "contentions")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "p.pb.gz")
	writeProfile(t, locks, name)
	q, err := profile.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(q.SampleType) != 2 || profile.Total(q, "lockwait") != profile.Total(p, "lockwait") || profile.Total(q, "samples") != 0 {
		t.Errorf("%v: %d ns of %d", q.SampleType, profile.Total(q, "lockwait"), profile.Total(p, "lockwait"))
	}
	for _, s := range q.Sample {
		if s.Label["lock"] == nil {
			t.Errorf("a lock wait without its lock: %v", s.Label)
		}
	}
}
