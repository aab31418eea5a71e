package segmap

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
)

// TestExactCosts adds up a table of one slot on one CPU. lock is Lock plus Unlock, find is Hash plus the lock of a chain, cmp a
// comparison, i is Instr; try is TryLock, which costs as much as Lock, and Unlock comes with the slot's own.
//
//	alloc a   find; the free list (lock), cmp, the slot (try); into the chain (lock); i, w; unlock
//	load a    a walk
//	free a    the slot (lock), i; the free list (lock), i
//	alloc b   page 3, of the same slot: find, cmp; the slot (lock); off the free list (lock), i; i, w
//	free b    as free a
//	alloc c   page 2 again: find, cmp; the slot; off the free list, i; i
//	free c    as free a
//	alloc d   page 4: find, cmp, another key; the free list (lock), cmp, the slot; out of the chain (lock), 2 w, two pages flushed here; into the chain
//	          (lock); i, w
//	free d    as free a
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	lock := s.SMP.Lock + s.SMP.Unlock
	find, cmp, i := s.MMU.Hash+lock, s.MMU.Compare, s.MMU.Instr
	w, l := s.MMU.PTEWrite, s.MMU.Invlpg
	take := find + (lock + cmp + lock)
	free := (lock + i) + (lock + i)
	hit := find + cmp + lock + (lock + i) + i
	want := take + lock + i + w + s.MMU.Walk + free // a
	want += hit + w + free                          // b
	want += hit + free                              // c
	want += cmp + take + (lock + 2*w + 2*l) + lock + i + w + free
	r := alloctest.Replay(t, &Design, allocators.Tuning{slotsKnob.Name: 1}, `cpus 1
0 alloc a 2
0 load a
0 free a
0 alloc b 3
0 free b
0 alloc c 2
0 free c
0 alloc d 4
0 free d
`)
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if n := r.Counters; n.PTEWrites != 5 || r.Invlpg != 2 || r.Reuses != 1 || r.KVAPages != 2 || n.TLBMisses != 1 {
		t.Errorf("%s %+v", r.JSON(), n)
	}
}

// TestRecycling: each recycling of a slot is one cross-call to all other CPUs, whatever CPU used it.
func TestRecycling(t *testing.T) {
	const uses = 20
	text := "cpus 4\n"
	for i := range uses {
		text += alloctest.Use(0, 2*i)
	}
	r := alloctest.Replay(t, &Design, allocators.Tuning{slotsKnob.Name: 4}, text)
	if r.Shootdowns != uses-4 || r.IPIs != 3*(uses-4) {
		t.Error(r.JSON())
	}
}
