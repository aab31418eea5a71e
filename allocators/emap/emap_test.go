package emap

import (
	"testing"

	"lwbench/allocators/alloctest"
	"lwbench/mmu/smp"
)

func TestContract(t *testing.T) { alloctest.Run(t, &Design) }

// TestExactCosts checks the cost model of docs/DESIGNS.md, 2w, an atomic, and a flush for each CPU that is behind. i is Instr,
// o a magazine operation, f a full flush, t the transfer of the generation's line.
//
//	alloc a   the depot's lock; KVA (the kernel map's lock); w; an atomic add
//	load a    i, f, because cpu0 has not flushed since; a walk
//	load a    on cpu1: i, t to read the generation, f; a walk
//	load a    on cpu1: i
//	free a    on cpu1: w, o
//	alloc b   on cpu1: o; w; an atomic add, t, since cpu0 has a copy of the line
//	load b    on cpu1: i, f; a walk
//	free b    w, o
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	lock, x := s.SMP.Lock+s.SMP.Unlock, s.SMP.Line[smp.Socket]
	w, f, walk, i, o := s.MMU.PTEWrite, s.MMU.FlushAll, s.MMU.Walk, s.MMU.Instr, s.MMU.Magazine
	want := lock + lock + s.MMU.KVAAlloc + w + s.SMP.Atomic // a
	want += (i + f + walk) + (i + x + f + walk) + i
	want += w + o
	want += o + w + s.SMP.Atomic + x + (i + f + walk) + w + o // b
	r := alloctest.Replay(t, &Design, nil, `cpus 2
0 alloc a 1
0 load a
1 load a
1 load a
1 free a
1 alloc b 2
1 load b
1 free b
`)
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if n := r.Counters; n.PTEWrites != 4 || r.Invlpg != 0 || n.Flushes != 3 || r.IPIs != 0 || r.KVAPages != 1 {
		t.Errorf("%s %+v", r.JSON(), n)
	}
}
