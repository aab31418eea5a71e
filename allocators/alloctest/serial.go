package alloctest

import (
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/mmu"
)

// serialTrace shares one page between two handles, passes them to every CPU, then maps other pages with the freed buffers
// on other CPUs, several times.
func serialTrace(cpus int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "lwbench-ops 1\ncpus %d\npages 8\n", cpus)
	for round := range 4 {
		for home := range cpus {
			pg := (round*3 + home) % 8
			fmt.Fprintf(&b, "%d alloc a %d\n%d store a\n%d alloc b %d\n", home, pg, home, (home+1)%cpus, pg)
			for c := range cpus {
				fmt.Fprintf(&b, "%d load a\n%d store b\n", (home+c)%cpus, (home+2*c)%cpus)
			}
			fmt.Fprintf(&b, "%d free a\n%d load b\n%d free b\n", (home+1)%cpus, home, (home+2)%cpus)
			fmt.Fprintf(&b, "%d alloc p %d private\n%d load p\n%d free p\n", home, (pg+5)%8, home, home)
		}
	}
	return b.String()
}

// sharing replays the trace on 1, 2 and 5 CPUs: all operations must succeed without findings.
func sharing(t *testing.T, d *allocators.Design) {
	if d.KnownFault != "" {
		t.Skip("it declares a fault on handles that stray")
	}
	for _, cpus := range []int{1, 2, 5} {
		text, allocs := trace(t, d, cpus)
		r := replay(t, d, nil, parsed(t, "sharing.ops", text))
		if want := int64(allocs); r.Allocs != want || r.Frees != want || r.Failed != 0 {
			t.Errorf("%d CPUs: every operation must succeed, %d allocs and frees: %s", cpus, want, r.JSON())
		}
	}
}

// masks checks invariant I1 after every operation: a CPU in a handle's mask holds no old translation of its address.
func masks(t *testing.T, d *allocators.Design) {
	if d.CPUPrivate {
		t.Skip("its mappings stay on their CPU")
	}
	tr := parsed(t, "masks.ops", serialTrace(4))
	checked, broken := 0, 0
	_, err := ops.Replay(tr, Spec(), d, nil, ops.Options{After: func(c *mmu.CPU, op *ops.Op, s *ops.Session) {
		for _, name := range []string{"a", "b", "p"} {
			b := s.Live(name)
			if b == nil {
				continue
			}
			k, ok := b.Buf.(allocators.Masked)
			if !ok {
				continue
			}
			mask := k.Mask()
			if !mask.Has(c.ID()) {
				continue // calling KVA would change the mask
			}
			kva := b.Buf.KVA(c)
			for id := mask.Next(0); id >= 0; id = mask.Next(id + 1) {
				checked++
				if c.Machine().MayHoldOld(id, kva) {
					broken++
				}
			}
		}
	}})
	switch {
	case err != nil:
		t.Fatal(err)
	case d.KnownFault == "" && broken > 0:
		t.Errorf("invariant I1 (docs/DESIGNS.md): a CPU in a handle's mask holds no old translation of its address; "+
			"%d of %d CPUs in masks may hold one", broken, checked)
	case d.KnownFault != "" && broken == 0:
		t.Errorf("the design declares KnownFault, and I1 held all %d times: the fault must show", checked)
	}
}
