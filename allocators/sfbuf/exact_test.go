package sfbuf

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu/smp"
)

// TestExactCosts checks the cost model of docs/DESIGNS.md for sfbuf on a dozen lines. Every alloc and free takes the MP lock (lock, and
// t more when its line comes from the other CPU); q is Hash, x is Instr.
//
//	alloc a   miss, private: lock q, x for the freelist, x for the hash chains, w + l
//	load a    a walk
//	free a    lock x: to the tail of the freelist
//	alloc b   hit, own bit set: lock q, one comparison; no TLB work
//	free b    lock x: still on the freelist, nothing else
//	alloc c   on cpu1, hit, own bit clear: lock t, q; the bucket's line t, the buffer's line t to compare it; t to write it; l
//	load c    a walk
//	free c    lock x
//	alloc d   on cpu0, hit, global, mask {0-1} of 3: lock t, q, one comparison; the buffer's line t to read, t to write;
//	          a rendezvous of both others and l
//	free d    lock x
//	alloc e   miss, global: as alloc a, with a rendezvous around the PTE
//	free e    lock x
func TestExactCosts(t *testing.T) {
	const trace = `cpus 3
0 alloc a 1 private
0 load a
0 free a
0 alloc b 1 private
0 free b
1 alloc c 1 private
1 load c
1 free c
0 alloc d 1
0 free d
0 alloc e 2
0 free e
`
	s := alloctest.Spec()
	lock, line := s.SMP.Lock+s.SMP.Unlock, s.SMP.Line[smp.Socket]
	q, cmp, x := s.MMU.Hash, s.MMU.Compare, s.MMU.Instr
	w, l, walk := s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk
	want := lock + q + 2*x + w + l + walk + lock + x // a
	want += lock + q + cmp + lock + x                // b
	want += lock + line + q + line + line + cmp + line + l + walk + lock + x
	want += lock + line + q + line + cmp + line + alloctest.RendezvousCycles(2, 0) + l + lock + x
	want += lock + q + 2*x + alloctest.RendezvousCycles(2, w) + l + lock + x
	r := alloctest.Replay(t, &Design, allocators.Tuning{"sfbuf.nsfbufs": 2}, trace)
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if r.KenterQuick != 1 || r.KenterSyncQuick != 1 || r.KenterSync != 1 || r.Kenter != 1 || r.Reuses != 3 || r.Shootdowns != 2 ||
		r.IPIs != 4 || r.Counters.PTEWrites != 2 || r.Invlpg != 1+1+3+3 || r.KVAPages != 2 || r.Counters.TLBMisses != 2 {
		t.Error(r.JSON())
	}
}
