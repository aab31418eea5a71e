package bench_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lwbench/allocators"
	"lwbench/bench"
	"lwbench/bench/workload"
	"lwbench/internal/hang"
	"lwbench/mmu"
)

// hoard is a design that never frees anything: it has one mapping for each CPU.
var hoard = &allocators.Design{
	Name: "hoard", Grows: "it is its nature",
	New: func(m *mmu.Machine, _ allocators.Tuning) (allocators.Allocator, error) {
		return &hoarder{left: m.NCPU()}, nil
	},
}

type hoarder struct{ left int }

type hoarded struct {
	kva mmu.KVA
	pg  *mmu.Page
}

func (b hoarded) KVA(*mmu.CPU) mmu.KVA { return b.kva }
func (b hoarded) Page() *mmu.Page      { return b.pg }

func (a *hoarder) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	c.Order()
	if a.left == 0 {
		return nil, allocators.ErrNoBuf
	}
	a.left--
	kva, err := c.KVAAlloc()
	if err == nil {
		c.Kenter(kva, pg)
	}
	return hoarded{kva, pg}, err
}

func (a *hoarder) Free(*mmu.CPU, allocators.Buf) {}

// TestStandstillIsNoEnd: a design that runs out of buffers fails only its own cells, in bounded time, and the sweep
// continues. The file has a comment about them, and the figures of the others.
func TestStandstillIsNoEnd(t *testing.T) {
	cells := grid(t, "alloc: [naive, lwbuf, sfbuf]\nworkload: [sendfile]\ncpus: [2]\nops: 50").Cells()
	cells[1].Design = hoard
	text, results := runAll(t, cells, 2)
	if len(results) != 3 || results[0].Failed != nil || results[2].Failed != nil {
		t.Fatalf("%d results: %v", len(results), results)
	}
	r := results[1]
	if !errors.Is(r.Failed, workload.ErrStarved) || !r.Failed.Declared() {
		t.Errorf("the hoarder failed with: %v", r.Failed)
	}
	if !strings.Contains(text, "\n# failed: Sendfile/alloc=hoard/cpus=2: ") || strings.Count(text, "\nBenchmark") != 2 {
		t.Error(text)
	}
	if other := *hoard; true {
		other.Grows = ""
		r.Cell.Design = &other
		if r.Failed.Declared() {
			t.Error("a design without Grows counts as declaring it")
		}
	}
}

// broken is a design with a broken invariant: its third Alloc panics, or New does.
func broken(inNew bool) *allocators.Design {
	return &allocators.Design{
		Name: "broken",
		New: func(*mmu.Machine, allocators.Tuning) (allocators.Allocator, error) {
			if inNew {
				brokenInvariant()
			}
			return new(breaker), nil
		},
	}
}

type breaker struct {
	hoarder
	allocs int
}

func (a *breaker) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	if a.allocs++; a.allocs == 3 {
		brokenInvariant()
	}
	a.left = 2 // one for each CPU: hoarder.Alloc is an ordered point
	return a.hoarder.Alloc(c, pg, f)
}

//go:noinline
func brokenInvariant() { panic("free list is corrupt") }

// TestPanicFailsItsCellOnly: a design that panics fails only its own cell, with its own stack, and the sweep
// continues.
func TestPanicFailsItsCellOnly(t *testing.T) {
	for _, inNew := range []bool{false, true} {
		cells := grid(t, "alloc: [naive, lwbuf, sfbuf]\nworkload: [xio]\ncpus: [2]\nops: 50").Cells()
		cells[1].Design = broken(inNew)
		text, results := runAll(t, cells, 2)
		if len(results) != 3 || results[0].Failed != nil || results[1].Failed == nil || results[2].Failed != nil {
			t.Fatalf("%d results: %v", len(results), results)
		}
		if why := results[1].Failed.Error(); !strings.Contains(why, "free list is corrupt") || !strings.Contains(why, "brokenInvariant") {
			t.Errorf("the failure does not have the panic and its stack: %s", why)
		}
		if !strings.Contains(text, "free list is corrupt\n") || strings.Contains(text, "brokenInvariant") || strings.Count(text, "\nBenchmark") != 2 {
			t.Errorf("the result file does not have the panic, or has its stack:\n%s", text)
		}
	}
}

// looper is a design whose third Alloc never calls the machine again.
type looper struct {
	hoarder
	allocs int
	stop   *atomic.Bool
}

func (a *looper) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	if a.allocs++; a.allocs == 3 {
		searchesFreeList(a.stop)
	}
	a.left = 2 // one for each CPU: hoarder.Alloc is an ordered point
	return a.hoarder.Alloc(c, pg, f)
}

//go:noinline
func searchesFreeList(stop *atomic.Bool) {
	for !stop.Load() {
	}
}

// TestLoopIsNamed: a design that loops without calling the machine ends the run after a time limit. It is reported,
// with its stack, and the earlier cells are kept.
func TestLoopIsNamed(t *testing.T) {
	var stop atomic.Bool
	defer stop.Store(true)
	cells := grid(t, "alloc: [naive, lwbuf, sfbuf]\nworkload: [xio]\ncpus: [2]\nops: 50").Cells()
	cells[1].HangAfter = 300 * time.Millisecond
	cells[1].Design = &allocators.Design{Name: "looper", New: func(*mmu.Machine, allocators.Tuning) (allocators.Allocator, error) {
		return &looper{stop: &stop}, nil
	}}
	var kept []string
	err := bench.RunCells(context.Background(), cells, 1, nil, func(r *bench.Result) error {
		kept = append(kept, r.Cell.Design.Name)
		return nil
	})
	var h *hang.Error
	if !errors.As(err, &h) || !strings.Contains(err.Error(), "Xio/alloc=looper/cpus=2: ") || !strings.Contains(h.Stack, "searchesFreeList") {
		t.Errorf("%v", err)
	}
	if len(kept) != 1 || kept[0] != "naive" {
		t.Errorf("kept %v", kept)
	}
}
