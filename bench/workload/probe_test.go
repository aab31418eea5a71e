package workload

import (
	"context"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/internal/testsize"
	"lwbench/mmu"
)

// listener is a probe that counts its events.
type listener struct{ allocated, asked int }

// Event implements mmu.Probe.
func (l *listener) Event(e *mmu.Event) {
	switch e.Kind {
	case mmu.Allocated:
		l.allocated++
	case mmu.KVACalled:
		l.asked++
	}
}

// TestProbeChangesNothing runs every design with and without a probe: the digests must be equal. Asking for the
// address of an existing mapping may have a cost, so a probe must not do it.
func TestProbeChangesNothing(t *testing.T) {
	for turn, w := range All() {
		if w.NeedsInput {
			continue
		}
		for _, d := range testsize.Some(able(w, nil), turn) {
			for _, tune := range []allocators.Tuning{nil, {"lwbuf-rbtree.scope": 1, "lwbuf-rbtree.max": 8}} {
				if tune != nil && d.Name != "lwbuf-rbtree" {
					continue
				}
				var l listener
				silent, told := probed(t, w, d, tune, nil), probed(t, w, d, tune, &l)
				if silent.Digest != told.Digest {
					t.Errorf("%s, %s, %v: digest %x, %x with a probe", w.Name, d.Name, tune, silent.Digest, told.Digest)
				}
				if l.allocated == 0 || int64(l.allocated) > told.Allocs {
					t.Errorf("%s, %s: %d of %d allocs were reported", w.Name, d.Name, l.allocated, told.Allocs)
				}
			}
		}
	}
}

func probed(t *testing.T, w *Workload, d *allocators.Design, tune allocators.Tuning, l *listener) *Outcome {
	t.Helper()
	opt := mmu.Options{CPUs: 4}
	if l != nil {
		opt.Probe = l
	}
	m, err := mmu.New(alloctest.Spec(), opt)
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, tune)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Run(context.Background(), w, &Cell{Machine: m, Alloc: a, Design: d, Ops: 60, Seed: 3}, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
