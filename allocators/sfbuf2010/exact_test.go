package sfbuf2010

import (
	"testing"

	"lwbench/allocators/alloctest"
	"lwbench/mmu/smp"
)

// TestExactCosts checks the cost model of docs/DESIGNS.md for sfbuf-2010, 2o + w + l + r(N-1), on a dozen lines.
//
//	alloc a   both caches are empty: two depot locks, KVA (the kernel map's lock); w + l; a rendezvous of one CPU, l
//	load a    a walk
//	load a    on cpu1: the mask is full: a walk and nothing else
//	ref a     on cpu1: an atomic add on a line that no CPU has cached
//	free a    the add, the line comes from cpu1
//	free a    on cpu1: the add, the line comes back; the last: two pushes on cpu1's magazines
//	alloc b   on cpu1, the same page: two pops; w + l; the rendezvous once more, l
//	free b    the add, the line is here; two pushes
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	o, w, l, walk := s.MMU.Magazine, s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk
	lock, add, line := s.SMP.Lock+s.SMP.Unlock, s.SMP.Atomic, s.SMP.Line[smp.Socket]
	r := alloctest.RendezvousCycles(1, 0) + l
	want := 2*lock + (lock + s.MMU.KVAAlloc) + 2*(w+l+r) + 2*walk + 4*add + 2*line + 6*o
	got := alloctest.Replay(t, &Design, nil, `cpus 2
0 alloc a 1
0 load a
1 load a
1 ref a
0 free a
1 free a
1 alloc b 1
1 free b
`)
	if got.Cycles != want {
		t.Errorf("%d cycles, want %d", got.Cycles, want)
	}
	if got.KenterQuick != 2 || got.KenterSync != 2 || got.KenterSyncQuick != 0 || got.Shootdowns != 2 || got.IPIs != 2 ||
		got.Invlpg != 6 || got.Reuses != 0 || got.KVAPages != 1 || got.Allocs != 2 || got.Frees != 3 {
		t.Error(got.JSON())
	}
}
