package search

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/ops"
	"lwbench/allocators/sfbuffreebsd"
	"lwbench/check/interleave"
	"lwbench/mmu"
)

// TestAddressUsedAgain: where a PTE was cleared without a flush, the wrong decision is to use its address again; but a flush in
// the operation that cleared it was meant to be enough.
func TestAddressUsedAgain(t *testing.T) {
	spec := mmu.Spec{}
	spec.Topology.Sockets, spec.Topology.Cores, spec.Topology.Threads = 1, 1, 1
	spec.TLB.L1Sets, spec.TLB.L1Ways = 1, 1
	m, err := mmu.New(&spec, mmu.Options{CPUs: 1, Pages: 2, KVAPages: 1})
	if err != nil {
		t.Fatal(err)
	}
	clear, use := Place{File: "free.go", Line: 1}, Place{File: "alloc.go", Line: 2}
	for _, k := range []struct {
		steps string // of CPU 0, of which the first clears and the last uses the address: f flushes, F flushes on CPU 1, e ends
		found bool
	}{
		{"c u", true}, {"c e u", true}, {"c f e u", false}, {"c e f u", true}, {"c F e u", true}, {"c u f", true},
	} {
		w := &recorder{failure: &interleave.Failure{}, story: &Counterexample{}, posted: make([][]int, 2)}
		at := 0
		for i, s := range strings.Fields(k.steps) {
			step := Step{Kind: Does, flushes: s == "f" || s == "F"}
			switch s {
			case "F":
				step.CPU = 1
			case "e":
				step.Kind = Ends
			case "u":
				at = i
			}
			w.story.Steps = append(w.story.Steps, step)
		}
		w.wrote = []written{{event: mmu.Event{Old: m.Page(0)}, place: clear}, {event: mmu.Event{Page: m.Page(1)}, place: use, at: at}}
		d := w.usedAgain(0, 1)
		if found := d != nil; found != k.found || found && (d.Place != use || d.Cleared != clear || d.Step != at) {
			t.Errorf("%s: %+v", k.steps, d)
		}
	}
}

// miscounting is lwbuf whose books are wrong once a buffer of page 1 is allocated.
type miscounting struct {
	allocators.Allocator
	wrong bool
}

func (k *miscounting) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	k.wrong = k.wrong || pg.ID() == 1
	return k.Allocator.Alloc(c, pg, f)
}

func (k *miscounting) Audit(idle bool, live int) error {
	if k.wrong {
		live++
	}
	return k.Allocator.(allocators.Auditor).Audit(idle, live)
}

// TestBlameForBooks: data that is inconsistent at the end is blamed on the operation after which it first was, at its last call.
func TestBlameForBooks(t *testing.T) {
	d := lwbuf.Fixed
	d.New = func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		a, err := lwbuf.Fixed.New(m, t)
		return &miscounting{Allocator: a}, err
	}
	trace, err := ops.Parse("t.ops", strings.NewReader("lwbench-ops 1\ncpus 2\npages 2\ndesign lwbuf\nset objcache.capacity=4\nkva 48\ntlb 4x4\nschedule -\n"+
		"0 alloc a 0 nowait\n0 free a\n1 alloc b 1 nowait\n1 load b\n1 free b\n0 alloc c 0 nowait\n0 free c\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := replayOf(t, trace, &d)
	if err != nil {
		t.Fatal(err)
	}
	if b := r.Decision; r.Kind != interleave.BadBooks || b == nil || b.CPU != 1 || b.Func != "(*allocator).Alloc" || !strings.Contains(b.Why, "cpu1's alloc b (page 1, nowait) returns after this call") {
		t.Errorf("%s: %+v", r.Kind, b)
	}
}

// careless frees the buffer of page 0, which its user still holds, before it allocates another.
type careless struct {
	allocators.Allocator
	first allocators.Buf
}

func (k *careless) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	if k.first != nil {
		k.Allocator.Free(c, k.first)
	}
	b, err := k.Allocator.Alloc(c, pg, f)
	k.first = b
	return b, err
}

// TestBlameForAMappingInUse: the change of the PTE of a held address is blamed on the line of the design's method, and not on the
// function that writes PTEs for all of them.
func TestBlameForAMappingInUse(t *testing.T) {
	d := sfbuffreebsd.Design
	d.New = func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		a, err := sfbuffreebsd.Design.New(m, t)
		return &careless{Allocator: a}, err
	}
	trace, err := ops.Parse("t.ops", strings.NewReader("lwbench-ops 1\ncpus 1\npages 2\ndesign sfbuf-freebsd\nset sfbuf-freebsd.nsfbufs=1\nkva 48\ntlb 4x4\nschedule -\n"+
		"0 alloc a 0 nowait\n0 load a\n0 alloc b 1 nowait\n0 free b\n0 free a\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := replayOf(t, trace, &d)
	if err != nil {
		t.Fatal(err)
	}
	if b := r.Decision; r.Kind != mmu.ChangedInUse.String() || b == nil || b.Func != "(*allocator).Alloc" || !strings.Contains(b.Why, "((*allocator).write writes it, at allocators/sfbuffreebsd/alloc.go:") {
		t.Errorf("%s: %+v", r.Kind, b)
	}
}
