package search

import (
	"slices"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/schedule"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// counted is lwbuf with a count of buffers under a lock of its own.
type counted struct {
	allocators.Allocator
	lock smp.SpinLock
	n    int
}

func (a *counted) count(c *mmu.CPU, n int) {
	c.Lock(&a.lock)
	a.n += n
	c.Unlock(&a.lock)
}

func (a *counted) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	a.count(c, 1)
	return a.Allocator.Alloc(c, pg, f)
}

func (a *counted) Free(c *mmu.CPU, b allocators.Buf) {
	a.Allocator.Free(c, b)
	a.count(c, -1)
}

// TestLockInHandler: an interrupt handler that takes the lock that its CPU holds deadlocks, found without a scenario; with a
// lock that holds interrupts off there is nothing to find.
func TestLockInHandler(t *testing.T) {
	for _, irqs := range []bool{true, false} {
		d := lwbuf.Fixed
		d.New = func(m *mmu.Machine, tune allocators.Tuning) (allocators.Allocator, error) {
			a, err := lwbuf.Fixed.New(m, tune)
			return &counted{Allocator: a, lock: smp.SpinLock{Name: "count", IPIs: irqs, IRQs: irqs}}, err
		}
		r := hunts(t, &d, nil)
		switch {
		case r.Found != irqs:
			t.Errorf("interrupts on %t: %s", irqs, r.JSON())
		case irqs && (r.Kind != interleave.Deadlock || !strings.Contains(r.Text, "spins in an interrupt handler for lock count, which the interrupted thread holds")):
			t.Errorf("found a %s: %s", r.Kind, r.Text)
		}
	}
}

// places keeps every place that a handler has interrupted.
type places struct {
	*recorder
	funcs []string
}

func (w *places) Parked(cpu int, pcs []uintptr) {
	w.recorder.Parked(cpu, pcs)
	if p := w.recorder.below[cpu]; p.Line > 0 {
		w.funcs = append(w.funcs, p.Func)
	}
}

// TestInterruptedPlace: while a handler runs, the recorder knows where the thread below it is.
func TestInterruptedPlace(t *testing.T) {
	trace, err := ops.Parse("irq.ops", strings.NewReader("lwbench-ops 1\ncpus 1\npages 2\n0 alloc a 0\n0 free a\n0! { alloc i 1 nowait; free i }\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := interleave.NewPlan(trace)
	w := &places{recorder: &recorder{plan: p, story: &Counterexample{CPUs: 1}, parked: make([]Place, 1), below: make([]Place, 1)}}
	w.reset()
	r, by := interleave.Runner{}, schedule.NewRandom(1, 50)
	defer r.Close()
	for range 50 {
		by.Begin()
		w.reset()
		if f, err := r.Run(p, &interleave.Config{Spec: machine(t), Design: &lwbuf.Fixed}, by, w); err != nil || f != nil {
			t.Fatal(err, f)
		}
	}
	if !slices.Contains(w.funcs, "(*allocator).Alloc") {
		t.Errorf("interrupted: %v", w.funcs)
	}
}
