package dmap

import (
	"testing"

	"lwbench/allocators/alloctest"
)

// TestExactCosts: nothing but the accesses themselves costs anything, on any CPU.
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	r := alloctest.Replay(t, &Design, nil, `cpus 2
0 alloc a 1
0 load a
1 store a
1 free a
1 alloc b 1 private
1 load b
1 free b
`)
	if want := 3 * s.MMU.TLBHit; r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if n := r.Counters; n.PTEWrites != 0 || r.Invlpg != 0 || n.TLBMisses != 0 || r.IPIs != 0 || r.KVAPages != 0 || r.Reuses != 2 {
		t.Errorf("%s %+v", r.JSON(), n)
	}
}
