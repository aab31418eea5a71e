package workload

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// runLive runs one cell on real threads.
func runLive(t testing.TB, w *Workload, d *allocators.Design, cpus, ops int, opt smp.Live, p Values, tune allocators.Tuning) *Outcome {
	t.Helper()
	if opt.Stall == 0 {
		opt.Stall = 30
	}
	m, err := mmu.New(testSpec(), mmu.Options{CPUs: cpus, Config: smp.Config{Live: &opt}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, tune)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Run(context.Background(), w, &Cell{Machine: m, Alloc: a, Design: d, Ops: ops, Seed: 1, Params: p}, RunOptions{})
	if err != nil {
		t.Fatalf("%s on %s, %d CPUs: %v", w.Name, d.Name, cpus, err)
	}
	return out
}

// TestLiveEverything runs each workload on each design on real threads: it ends, frees everything, and is clean
// unless the design declares a fault. Under -race, an access outside the design's lock is a data race.
func TestLiveEverything(t *testing.T) {
	ops := testsize.Choose(10, 20, 30)
	for turn, w := range All() {
		if w.NeedsInput {
			continue
		}
		for _, d := range testsize.Some(able(w, nil), turn) {
			for _, cpus := range testsize.Some([]int{2, 8}, turn) {
				t.Run(fmt.Sprintf("%s/%s/%d", w.Name, d.Name, cpus), func(t *testing.T) {
					p := Values{}
					if w.Name == "exec" {
						p["exec.hold"] = "100000"
					}
					out := runLive(t, w, d, cpus, ops, smp.Live{NoIPICost: cpus > 2}, p, nil)
					want := int64(ops * cpus)
					if out.Ops != want || out.Allocs != want || out.Frees != want {
						t.Errorf("%d ops, %d allocs, %d frees; want %d", out.Ops, out.Allocs, out.Frees, want)
					}
					if n := out.Counters; d.KnownFault == "" && n.Stale+n.StaleRisk+n.Faults > 0 {
						t.Errorf("the oracles object: %+v", out.Findings)
					}
					if l := out.Live; l.Busy <= 0 || l.Elapsed <= 0 || l.LockWait < 0 || l.Lab <= 0 {
						t.Errorf("times %+v", *l)
					}
				})
			}
		}
	}
}

// TestLiveStrayFindsTheMailsBug: real threads hit the bug too, after a random time.
func TestLiveStrayFindsTheMailsBug(t *testing.T) {
	for _, d := range all.Designs() {
		if d.KnownFault == "" {
			continue
		}
		for try := 1; ; try++ {
			if out := runLive(t, Find("stray"), d, 4, 500, smp.Live{NoIPICost: true}, nil, nil); out.Counters.Stale > 0 {
				t.Logf("%s: %d stale accesses at try %d", d.Name, out.Counters.Stale, try)
				break
			}
			if try == 50 {
				t.Fatalf("%s: no stale access in %d tries", d.Name, try)
			}
		}
	}
}

// TestLiveSmallPool: CPUs that sleep for buffers, and serve each other while nothing is free.
func TestLiveSmallPool(t *testing.T) {
	ops := testsize.Choose(10, 15, 60)
	for turn, w := range []string{"xio", "stray", "sendfile"} {
		for i, d := range able(Find(w), nil) {
			if testing.Short() && i%6 != 2*turn {
				continue
			}
			runLive(t, Find(w), d, 5, ops, smp.Live{NoIPICost: true}, nil,
				allocators.Tuning{"sfbuf.nsfbufs": 2, "naive.nsfbufs": 2, "objcache.capacity": 4})
		}
	}
}

// TestLiveAccessLog: pages added during a run, and a shared source of requests.
func TestLiveAccessLog(t *testing.T) {
	text := ""
	for i := range 200 {
		text += fmt.Sprintf("10.0.0.%d - - [10/Oct/2000:13:55:36 -0700] \"GET /f%d HTTP/1.0\" 200 %d\n", i%17, i%40, 4096*(1+i%5))
	}
	path := logFileOf(t, "access.log", text, false)
	for i, d := range able(Find("accesslog"), nil) {
		if i%testsize.Choose(4, 1, 1) != 0 {
			continue
		}
		out := runLive(t, Find("accesslog"), d, 3, 0, smp.Live{}, Values{"accesslog.file": path}, nil)
		if n := out.Counters; out.Ops != 200*3 || n.Stale+n.Faults > 0 && d.KnownFault == "" {
			t.Errorf("%s: %d pages sent, want 600; %+v", d.Name, out.Ops, out.Findings)
		}
	}
}

// TestLiveIsCancelled: ^C ends a run at any time.
func TestLiveIsCancelled(t *testing.T) {
	for _, w := range []string{"xio", "exec", "sendfile"} {
		for _, cpus := range []int{2, 8} {
			m, _ := mmu.New(testSpec(), mmu.Options{CPUs: cpus, Config: smp.Config{Live: &smp.Live{}}})
			d := all.Designs()[0]
			a, _ := d.New(m, nil)
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			_, err := Run(ctx, Find(w), &Cell{Machine: m, Alloc: a, Design: d, Ops: 1e9, Seed: 1}, RunOptions{})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s, %d CPUs: %v", w, cpus, err)
			}
			cancel()
		}
	}
}
