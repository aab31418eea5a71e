package sfbuffreebsd

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu/smp"
)

// TestExactCosts checks the cost model of docs/DESIGNS.md on a dozen lines. q is Lock plus Unlock plus Hash, t the transfer
// of a line from the other CPU, i Instr.
//
//	alloc a   miss, private, no old mapping: q, i for the freelist, i for the chains, w + l
//	load a    a walk
//	free a    lock, i
//	alloc b   hit, own bit set: q, one comparison, i to leave the freelist
//	free b    lock, i
//	alloc c   on cpu1, hit, own bit clear: as b, and l; t for the lock, for the bucket, for the buffer to read and to write,
//	          and for the freelist
//	load c    a walk
//	free c    lock, i
//	alloc d   on cpu0, hit, global, mask {0-1} of 3: as b, and one IPI, to cpu2; t for the lock, for the buffer to read and
//	          to write, and for the freelist
//	free d    lock, i
//	alloc e   miss, global, the other buffer, which no TLB knows: w + l, and IPIs to both others
//	free e    lock, i
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
	lock, x := s.SMP.Lock+s.SMP.Unlock, s.SMP.Line[smp.Socket]
	q, cmp, i := lock+s.MMU.Hash, s.MMU.Compare, s.MMU.Instr
	w, l, walk := s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk
	free := lock + i
	want := q + i + i + w + l + walk + free // a
	want += q + cmp + i + free              // b
	want += q + cmp + i + 5*x + l + walk + free
	want += q + cmp + i + 4*x + alloctest.MaskedCycles(1) + free
	want += q + i + i + w + l + alloctest.MaskedCycles(2) + free
	r := alloctest.Replay(t, &Design, allocators.Tuning{nsfbufs.Name: 2}, trace)
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if r.Counters.PTEWrites != 2 || r.KenterSyncQuick != 3 || r.Reuses != 3 || r.Shootdowns != 2 || r.IPIs != 3 ||
		r.Invlpg != 3+3 || r.KVAPages != 2 || r.Counters.TLBMisses != 2 {
		t.Error(r.JSON())
	}
}

// TestExactAccessed: recycling a buffer that no CPU has read through writes the PTE and flushes nothing, even for a global
// mapping; one that was read costs l here and IPIs to all others.
func TestExactAccessed(t *testing.T) {
	s := alloctest.Spec()
	const first = "cpus 3\n0 alloc a 1\n"
	untouched := alloctest.Replay(t, &Design, allocators.Tuning{nsfbufs.Name: 1}, first+"0 free a\n0 alloc b 2\n")
	touched := alloctest.Replay(t, &Design, allocators.Tuning{nsfbufs.Name: 1}, first+"0 load a\n0 free a\n0 alloc b 2\n")
	if untouched.Shootdowns != 1 || touched.Shootdowns != 2 || untouched.Counters.PTEWrites != 2 {
		t.Errorf("untouched %s\ntouched %s", untouched.JSON(), touched.JSON())
	}
	if got, want := touched.Cycles-untouched.Cycles, s.MMU.Walk+s.MMU.Invlpg+alloctest.MaskedCycles(2); got != want {
		t.Errorf("touching costs %d cycles more, want %d", got, want)
	}
}
