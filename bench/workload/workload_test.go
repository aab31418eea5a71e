package workload

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

func testSpec() *mmu.Spec { return alloctest.Spec() }

func runCell(t *testing.T, w *Workload, d *allocators.Design, cpus, ops int, seed uint64, p Values, tune allocators.Tuning) *Outcome {
	t.Helper()
	return runAhead(t, w, d, cpus, ops, seed, p, tune, nil)
}

func runAhead(
	t *testing.T, w *Workload, d *allocators.Design, cpus, ops int, seed uint64, p Values, tune allocators.Tuning, ahead *smp.Cycles,
) *Outcome {
	t.Helper()
	m, err := mmu.New(testSpec(), mmu.Options{CPUs: cpus, Config: smp.Config{RunAhead: ahead}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, tune)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Run(context.Background(), w, &Cell{Machine: m, Alloc: a, Design: d, Ops: ops, Seed: seed, Params: p}, RunOptions{})
	if err != nil {
		t.Fatalf("%s on %s, %d CPUs: %v", w.Name, d.Name, cpus, err)
	}
	return out
}

// TestEveryWorkloadOnEveryDesign runs each pair twice: it ends, frees everything, is clean unless the design declares
// a fault, its costs add up, and it is the same both times.
func TestEveryWorkloadOnEveryDesign(t *testing.T) {
	ops := testsize.Choose(30, 120, 120)
	for turn, w := range All() {
		if w.NeedsInput {
			continue
		}
		for _, d := range testsize.Some(able(w, nil), turn) {
			for _, cpus := range testsize.Choose([]int{1, 5}, []int{1, 5}, []int{1, 2, 5, 8}) {
				t.Run(fmt.Sprintf("%s/%s/%d", w.Name, d.Name, cpus), func(t *testing.T) {
					out := runCell(t, w, d, cpus, ops, 7, nil, nil)
					checkOutcome(t, out, d, int64(ops*cpus))
					if again := runCell(t, w, d, cpus, ops, 7, nil, nil); again.Digest != out.Digest {
						t.Errorf("digest %x, then %x", out.Digest, again.Digest)
					}
					if none := runAhead(t, w, d, cpus, ops, 7, nil, nil, new(smp.Cycles)); none.Digest != out.Digest {
						t.Errorf("digest %x, without run-ahead %x", out.Digest, none.Digest)
					}
					if other := runCell(t, w, d, cpus, ops, 8, nil, nil); w.Name == "stray" && cpus > 2 && other.Digest == out.Digest {
						t.Error("another seed makes no difference")
					}
				})
			}
		}
	}
}

func checkOutcome(t *testing.T, out *Outcome, d *allocators.Design, ops int64) {
	t.Helper()
	if out.Ops != ops || out.Allocs != ops || out.Frees != ops {
		t.Errorf("%d ops, %d allocs, %d frees; want %d", out.Ops, out.Allocs, out.Frees, ops)
	}
	if n := out.Counters; d.KnownFault == "" && n.Stale+n.StaleRisk+n.Faults > 0 {
		t.Errorf("the oracles object: %+v", out.Findings)
	}
	var sum mmu.Cycles
	for k, n := range out.Spent {
		if smp.Cost(k) != smp.CostIdle {
			sum += n
		}
	}
	if sum != out.Cycles {
		t.Errorf("costs add up to %d, cycles are %d", sum, out.Cycles)
	}
}

func TestStrayFindsTheMailsBug(t *testing.T) {
	w := Find("stray")
	for _, d := range able(w, nil) {
		for _, cpus := range testsize.Choose([]int{4}, []int{2, 8, 32}, []int{2, 8, 32}) {
			out := runCell(t, w, d, cpus, 300, 1, nil, nil)
			if bad := d.KnownFault != ""; bad != (out.Counters.Stale > 0) {
				t.Errorf("%s, %d CPUs: %d stale accesses", d.Name, cpus, out.Counters.Stale)
			}
		}
	}
}

// TestOpsTrace: the script of a recorded stray run also shows the bug, with the trace's own page numbers.
func TestOpsTrace(t *testing.T) {
	path := logFileOf(t, "t.ops", "lwbench-ops 1\ncpus 2\n0 alloc a 1\n1 load a\n0 free a\n0 alloc a 2\n1 load a\n0 free a\n", false)
	for _, d := range able(Find("ops"), nil) {
		out := runCell(t, Find("ops"), d, 2, 0, 1, Values{"ops.file": path}, nil)
		if bad := d.KnownFault != ""; out.Ops != 2 || bad != (out.Counters.Stale == 1) {
			t.Errorf("%s: %d ops, %d stale", d.Name, out.Ops, out.Counters.Stale)
		}
	}
}

func TestStraySurvivesASmallPool(t *testing.T) {
	for _, d := range able(Find("stray"), nil) {
		out := runCell(t, Find("stray"), d, 5, 100, 1, nil, allocators.Tuning{"sfbuf.nsfbufs": 1, "naive.nsfbufs": 1, "objcache.capacity": 4})
		checkOutcome(t, out, d, 500)
	}
}

func TestSendfileSurvivesASmallPool(t *testing.T) {
	for _, d := range able(Find("sendfile"), nil) {
		out := runCell(t, Find("sendfile"), d, 4, 300, 1, nil, allocators.Tuning{"sfbuf.nsfbufs": 8, "naive.nsfbufs": 8})
		checkOutcome(t, out, d, 1200)
		if strings.Contains("naive sfbuf", d.Name) && out.Failed == 0 {
			t.Errorf("%s: a pool of 8 was never empty", d.Name)
		}
	}
}

func TestWarmupIsNotCounted(t *testing.T) {
	d := design(t, "sfbuf")
	m, _ := mmu.New(testSpec(), mmu.Options{CPUs: 2})
	a, _ := d.New(m, nil)
	out, err := Run(context.Background(), Find("xio"), &Cell{Machine: m, Alloc: a, Design: d, Ops: 100, Warmup: 2000, Seed: 1}, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cold := runCell(t, Find("xio"), d, 2, 100, 1, nil, nil)
	if out.Ops != 200 || out.Allocs != 200 {
		t.Errorf("%d ops, %d allocs; want 200", out.Ops, out.Allocs)
	}
	if out.Reuses <= cold.Reuses {
		t.Errorf("warm %d reuses, cold %d", out.Reuses, cold.Reuses)
	}
}

func TestCheckParams(t *testing.T) {
	w := Find("sendfile")
	for value, want := range map[string]string{
		"abc": "not a number", "1.5": "not a whole number", "0": "choose 1 to", "": "not a number", "NaN": "not a number",
	} {
		err := CheckParams(w, Values{"sendfile.files": value})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", value, err, want)
		}
	}
	if err := CheckParams(w, Values{"sendfile.files": "12", "sendfile.zipf": "0.8"}); err != nil {
		t.Error(err)
	}
}
