package kmap

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
)

// TestExactCosts checks the cost model of docs/DESIGNS.md, q + (1-h)w and a share of a flush, on a table of two slots. lock is
// Lock plus Unlock, find is the hash and the lock of a bucket, cmp a comparison.
//
//	alloc a   lock, find, one slot looked at, w, and into the hash
//	load a    a walk
//	free a    lock, find, cmp
//	alloc b   the page still has its address: lock, find, cmp
//	free b    lock, find, cmp
//	alloc c   lock, find; the rotor wraps: two slots looked at, w to clear one, out of the hash, an invlpg for each of two
//	          pages; then as alloc a
//	free c    lock, find, cmp
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	lock := s.SMP.Lock + s.SMP.Unlock
	find, cmp := s.MMU.Hash+lock, s.MMU.Compare
	w, l := s.MMU.PTEWrite, s.MMU.Invlpg
	want := lock + find + cmp + w + find + s.MMU.Walk // a
	want += lock + find + cmp
	want += 2 * (lock + find + cmp) // b
	want += lock + find + (2*cmp + w + find + 2*l) + cmp + w + find
	want += lock + find + cmp
	r := alloctest.Replay(t, &Design, allocators.Tuning{slots.Name: 2}, `cpus 1
0 alloc a 1
0 load a
0 free a
0 alloc b 1
0 free b
0 alloc c 2
0 free c
`)
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if n := r.Counters; n.PTEWrites != 3 || r.Invlpg != 2 || n.Flushes != 0 || r.Reuses != 1 || r.KVAPages != 2 || n.TLBMisses != 1 {
		t.Errorf("%s %+v", r.JSON(), n)
	}
}

// TestWraps: pages that never come back cost one shootdown for each round of the table, and the first round none.
func TestWraps(t *testing.T) {
	const n, uses = 8, 8*5 - 1
	text := "cpus 3\n"
	for i := range uses {
		text += alloctest.Use(i%3, i)
	}
	r := alloctest.Replay(t, &Design, allocators.Tuning{slots.Name: n}, text)
	if r.Shootdowns != uses/n || r.Reuses != 0 || r.Counters.PTEWrites != uses+uses/n*n-1 {
		t.Errorf("%s, %d PTE writes", r.JSON(), r.Counters.PTEWrites)
	}
}

// TestExactUnused: kmap_flush_unused takes the lock and looks at each count; it clears the PTE of the unused slot, takes its page
// out of the hash (hash, lock), and flushes the table: an invlpg for each of 2 pages. A second call finds nothing.
func TestExactUnused(t *testing.T) {
	s := alloctest.Spec()
	lock, cmp := s.SMP.Lock+s.SMP.Unlock, s.MMU.Compare
	text := "cpus 1\n0 alloc a 1\n0 load a\n0 alloc b 2\n0 load b\n0 free a\n"
	tune := allocators.Tuning{slots.Name: 2}
	before := alloctest.Replay(t, &Design, tune, text).Cycles
	first := alloctest.Replay(t, &Design, tune, text+"0 unalias\n")
	second := alloctest.Replay(t, &Design, tune, text+"0 unalias\n0 unalias\n")
	if want := lock + 2*cmp + s.MMU.PTEWrite + s.MMU.Hash + lock + 2*s.MMU.Invlpg; first.Cycles-before != want {
		t.Errorf("the first call costs %d cycles, want %d", first.Cycles-before, want)
	}
	if want := lock + 2*cmp; second.Cycles-first.Cycles != want {
		t.Errorf("the second call costs %d cycles, want %d", second.Cycles-first.Cycles, want)
	}
	if second.Invlpg != 2 || len(second.Reports) > 0 {
		t.Errorf("%s %v", second.JSON(), second.Reports)
	}
}
