package sfbuf2010

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/allocators/ops"
	"lwbench/mmu"
)

// mutant is the design with a mistake.
func mutant(r rules) *allocators.Design {
	d := Design
	d.New = func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) { return newAllocator(m, t, r) }
	return &d
}

// TestPolarity: a free that takes the sense of the count the wrong way round never gives a mapping back, and gives one
// back that has references left.
func TestPolarity(t *testing.T) {
	wrong := mutant(rules{zeroNotLast: true})
	run := func(d *allocators.Design, text string) *ops.Result {
		tr, err := ops.Parse("polarity.ops", strings.NewReader("lwbench-ops 1\ncpus 1\n"+text))
		if err != nil {
			t.Fatal(err)
		}
		r, err := ops.Replay(tr, alloctest.Spec(), d, nil, ops.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	leak := strings.Repeat("0 alloc a 1\n0 free a\n", 5)
	if good, bad := run(&Design, leak).KVAPages, run(wrong, leak).KVAPages; good != 1 || bad != 5 {
		t.Errorf("five uses one after another take %d pages of KVA, with the mistake %d; want 1 and 5", good, bad)
	}
	defer func() {
		if recover() == nil {
			t.Error("the last of two references is freed after the mapping is gone, and nobody says so")
		}
	}()
	run(wrong, "0 alloc a 1\n0 ref a\n0 free a\n0 load a\n0 free a\n")
}

// TestNotGlobal: without set_global a page costs no IPI and the mapping is still right for whoever asks for the address:
// lwbuf_kva flushes for a stray. Who keeps the raw address, as sendfile does, is stale; the counters tell it first.
func TestNotGlobal(t *testing.T) {
	const text = "cpus 2\n0 alloc a 1\n1 load a\n1 free a\n"
	good := alloctest.Replay(t, &Design, nil, text)
	bad := alloctest.Replay(t, mutant(rules{skipGlobal: true}), nil, text)
	if good.Shootdowns != 1 || bad.Shootdowns != 0 || bad.KenterSyncQuick != 1 {
		t.Errorf("shootdowns %d, with the mistake %d, which flushes %d strays; want 1, 0, 1", good.Shootdowns, bad.Shootdowns, bad.KenterSyncQuick)
	}
}
