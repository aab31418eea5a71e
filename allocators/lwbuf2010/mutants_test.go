package lwbuf2010

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// mutants are both designs with a mistake.
func mutants(r rules) []*allocators.Design {
	p, o := PerCPU, Owner
	p.New = func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) { return newPerCPU(m, t, r) }
	o.New = func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) { return newOwner(m, t, r) }
	return []*allocators.Design{&p, &o}
}

// TestMutants: random programs find each mistake. A bit that is published before the flush shows only where two CPUs use
// one handle at the same moment, on a CPU that both programs and clock do not give: package explore looks for it.
func TestMutants(t *testing.T) {
	for _, k := range []struct {
		rules rules
		want  string // part of what is found, or empty: nothing is
	}{
		{rules{}, ""},
		{rules{keepOnFree: true}, "stale"},
		{rules{noFlush: true}, "stale"},
	} {
		for _, d := range mutants(k.rules) {
			if got := alloctest.Hunt(t, d); (got == "") != (k.want == "") || !strings.Contains(got, k.want) {
				t.Errorf("%s %+v: found %q, want %q", d.Name, k.rules, got, k.want)
			}
		}
	}
}

// TestBootBug: the commit's init gives the boot CPU 256 pages and loses 15 times as many; without the bug every CPU has
// its own.
func TestBootBug(t *testing.T) {
	for _, k := range []struct{ bug, want int }{{1, 16 * 256}, {0, 4 * 256}} {
		m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 4})
		if err != nil {
			t.Fatal(err)
		}
		a, err := PerCPU.New(m, allocators.Tuning{bootBug.Name: int64(k.bug)})
		if err != nil {
			t.Fatal(err)
		}
		if m.KVAInUse() != k.want {
			t.Errorf("bootbug=%d: %d pages of KVA at boot, want %d", k.bug, m.KVAInUse(), k.want)
		}
		for i, l := range a.(*perCPU).lists {
			if has := len(l.kva) == 256; has != (i == 0 || k.bug == 0) {
				t.Errorf("bootbug=%d: cpu%d has %d pages", k.bug, i, len(l.kva))
			}
		}
	}
}
