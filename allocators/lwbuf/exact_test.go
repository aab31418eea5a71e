package lwbuf

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu/smp"
)

const exactTrace = `cpus 2
0 alloc a 1 private
0 load a
0 free a
0 alloc b 2
0 load b
1 load b
1 free b
1 alloc c 1
1 load c
1 free c
`

// TestExactCosts checks the cost model of docs/DESIGNS.md for lwbuf, o + w + l + s*l, on three uses and one stray.
//
//	alloc a   the magazines are empty, the depot has nothing (its lock), the ctor takes KVA (the kernel map's lock): w + l
//	load a    a walk
//	free a    o: pushed on cpu0's magazine
//	alloc b   o: popped again; w + l
//	load b    a walk
//	load b    on cpu1: s: l, the atomic OR (no CPU has cached the line), a walk
//	free b    o: pushed on cpu1's magazine
//	alloc c   o: popped there; w + l
//	load c    a walk
//	free c    o
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	o, w, l, walk := s.MMU.Magazine, s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk
	lock := s.SMP.Lock + s.SMP.Unlock
	want := lock + (lock + s.MMU.KVAAlloc) + 5*o + 3*(w+l) + (l + s.SMP.Atomic) + 4*walk
	for _, d := range []*allocators.Design{&Fixed, &Submitted} {
		r := alloctest.Replay(t, d, nil, exactTrace)
		if r.Cycles != want {
			t.Errorf("%s: %d cycles, want %d", d.Name, r.Cycles, want)
		}
		if r.KenterQuick != 3 || r.KenterSyncQuick != 1 || r.Invlpg != 4 || r.Counters.PTEWrites != 3 || r.Shootdowns != 0 ||
			r.IPIs != 0 || r.Reuses != 0 || r.KVAPages != 1 || r.Allocs != 3 || r.Frees != 3 || r.Counters.TLBMisses != 4 {
			t.Errorf("%s: %s", d.Name, r.JSON())
		}
	}
}

// TestExactCountCosts: with lwbuf.count every alloc and every free is an atomic add on one line. It moves to cpu1
// once, for the free of b, and stays there.
func TestExactCountCosts(t *testing.T) {
	s := alloctest.Spec()
	off := alloctest.Replay(t, &Fixed, nil, exactTrace)
	on := alloctest.Replay(t, &Fixed, allocators.Tuning{"lwbuf.count": 1}, exactTrace)
	if got, want := on.Cycles-off.Cycles, 6*s.SMP.Atomic+s.SMP.Line[smp.Socket]; got != want {
		t.Errorf("the counter costs %d cycles, want %d", got, want)
	}
}

// TestExactSetGlobal: the second set_global finds the mask full and does nothing.
func TestExactSetGlobal(t *testing.T) {
	s := alloctest.Spec()
	base := alloctest.Replay(t, &Fixed, nil, "cpus 3\n0 alloc a 1\n0 free a\n")
	r := alloctest.Replay(t, &Fixed, nil, "cpus 3\n0 alloc a 1\n0 global a\n0 global a\n0 free a\n")
	if got, want := r.Cycles-base.Cycles, alloctest.RendezvousCycles(2, 0)+s.MMU.Invlpg; got != want {
		t.Errorf("set_global costs %d cycles, want %d", got, want)
	}
	if r.KenterSync != 1 || r.Shootdowns != 1 || r.IPIs != 2 {
		t.Error(r.JSON())
	}
}
