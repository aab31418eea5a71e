package sfbuf2009

import (
	"errors"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// mutant is the design with a mistake.
func mutant(r rules) *allocators.Design {
	d := Design
	d.New = func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) { return newAllocator(m, t, r) }
	return &d
}

// TestRendezvousUnderSpinlock is invariant I9: with the rendezvous under the hash's lock, a CPU that spins for the lock
// never arrives. The engine must name both CPUs and the lock.
func TestRendezvousUnderSpinlock(t *testing.T) {
	run := func(d *allocators.Design) error {
		m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 2, Pages: 64})
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.New(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		return m.Run(func(c *mmu.CPU) error {
			for i := range 20 {
				b, err := a.Alloc(c, m.Page(32*c.ID()+i), 0)
				if err != nil {
					return err
				}
				a.Free(c, b)
			}
			return nil
		})
	}
	if err := run(&Design); err != nil {
		t.Errorf("the design itself: %v", err)
	}
	var dead *smp.DeadlockError
	if err := run(mutant(rules{syncUnderLock: true})); !errors.As(err, &dead) {
		t.Fatalf("the mutant: %v, want a deadlock", err)
	}
	for _, want := range []string{"waits in its rendezvous for {", "spins for lock sf_buf hash held by cpu", "IPIs held off"} {
		if !strings.Contains(dead.Error(), want) {
			t.Errorf("%v: does not say %q", dead, want)
		}
	}
}

// TestMutants: random programs find each mistake that is one. Without a second look two entries can map one page, which
// is wasteful and not wrong: each user has an address that is good everywhere.
func TestMutants(t *testing.T) {
	for _, k := range []struct {
		rules rules
		want  string // part of what is found, or empty: nothing is
	}{
		{rules{}, ""},
		{rules{noSecondLook: true}, ""},
		{rules{syncUnderLock: true}, "deadlock"},
	} {
		if got := alloctest.Hunt(t, mutant(k.rules)); (got == "") != (k.want == "") || !strings.Contains(got, k.want) {
			t.Errorf("%+v: found %q, want %q", k.rules, got, k.want)
		}
	}
}
