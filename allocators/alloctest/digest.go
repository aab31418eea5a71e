package alloctest

import (
	"testing"

	"lwbench/allocators"
	"lwbench/internal/testsize"
	"lwbench/mmu/smp"
)

// exact runs programs with every run-ahead from none to the least IPI latency: clocks, charges, counters and TLB misses
// of all CPUs must be the same. A design that reads what another CPU may be writing, without a lock or a message in
// between, shows here. Above the latency a design that sends IPIs must differ: the digest sees enough.
func exact(t *testing.T, d *allocators.Design) {
	latency := Spec().SMP.RunAhead()
	differ, sent := 0, int64(0)
	for seed := range testsize.Choose[uint64](8, 12, 30) {
		m := runAhead(t, d, seed, new(smp.Cycles))
		want := m.Digest()
		sent += m.Counters().IPIs
		for _, ahead := range []smp.Cycles{1, latency / 3, latency - 1, latency} {
			if got := runAhead(t, d, seed, &ahead).Digest(); got != want {
				t.Errorf("seed %d: digest %x at run-ahead %d, %x at 0: the design reads or writes data shared between CPUs "+
					"without a lock, an atomic, a Line or a message in between", seed, got, ahead, want)
			}
		}
		if over := 8 * latency; runAhead(t, d, seed, &over).Digest() != want {
			differ++
		}
	}
	if sent > 0 && differ == 0 {
		t.Error("no digest differs when local work runs 8 latencies ahead: the digest misses what the design shares")
	}
}
