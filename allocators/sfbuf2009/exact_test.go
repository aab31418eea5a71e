package sfbuf2009

import (
	"testing"

	"lwbench/allocators/alloctest"
	"lwbench/mmu/smp"
)

// TestExactCosts adds up a miss, a hit on another CPU, both frees, and another miss, since nothing is retained. q is Lock plus
// Unlock of the hash, x the transfer of a line from the other CPU.
//
//	alloc a   q; hash; both caches are empty: two depot locks, KVA (the kernel map's lock); w + l; a rendezvous, l;
//	          q; hash; put into the chain
//	load a    a walk
//	alloc b   on cpu1: q, x for the lock; hash, x for the chain, x for the entry, compare, x to write it
//	load b    on cpu1: a walk
//	free a    q, x for the lock, x for the entry
//	free b    on cpu1: q, x for the lock, x for the entry, x for the chain; taken out; two pushes
//	alloc c   on cpu1: q; hash; two pops; w + l; the rendezvous, l; q; hash; put in
//	free c    on cpu1: q; taken out; two pushes
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	o, w, l, walk, hash, instr := s.MMU.Magazine, s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk, s.MMU.Hash, s.MMU.Instr
	q, x := s.SMP.Lock+s.SMP.Unlock, s.SMP.Line[smp.Socket]
	r := alloctest.RendezvousCycles(1, 0) + l
	want := 2*q + 2*hash + 3*q + s.MMU.KVAAlloc + w + l + r + instr // alloc a
	want += walk
	want += q + hash + 4*x + s.MMU.Compare // alloc b
	want += walk
	want += q + 2*x                                // free a
	want += q + 3*x + instr + 2*o                  // free b
	want += 2*q + 2*hash + 2*o + w + l + r + instr // alloc c
	want += q + instr + 2*o                        // free c
	got := alloctest.Replay(t, &Design, nil, `cpus 2
0 alloc a 1
0 load a
1 alloc b 1
1 load b
0 free a
1 free b
1 alloc c 1
1 free c
`)
	if got.Cycles != want {
		t.Errorf("%d cycles, want %d", got.Cycles, want)
	}
	if got.KenterQuick != 2 || got.KenterSync != 2 || got.KenterSyncQuick != 0 || got.Shootdowns != 2 || got.IPIs != 2 ||
		got.Invlpg != 6 || got.Reuses != 1 || got.KVAPages != 1 || got.Allocs != 3 || got.Frees != 3 {
		t.Error(got.JSON())
	}
}
