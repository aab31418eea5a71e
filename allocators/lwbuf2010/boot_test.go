package lwbuf2010

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

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
