package naive

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// TestExactCosts checks the cost model of docs/DESIGNS.md, 2w + 2l + 2b for each use, on a dozen lines. Every call takes
// the MP lock (lock, and t more when its line comes from another CPU); x is one Instr; b is the cost of sending a
// broadcast to the two other CPUs, one ICR write, which is not waited for. The work gives the flushes of the idle CPUs time to complete.
//
//	alloc a   lock x, w + l + b
//	load a    a walk on each of two CPUs
//	free a    on cpu1: lock t, the buffer's line t, x, w + l + b, the freelist's line t
//	alloc c   on cpu1: lock x, w + l + b: the buffer freed last
//	ref c     on cpu0: lock t, the buffer's line t
//	free c    on cpu0: lock x: a reference is left
//	free c    on cpu0: lock x, w + l + b, the freelist's line t
func TestExactCosts(t *testing.T) {
	const trace = `cpus 3
0 alloc a 1
0 work 9000
0 load a
1 load a
1 free a
1 work 9000
1 alloc c 2
1 work 9000
0 ref c
0 free c
0 free c
`
	s := alloctest.Spec()
	lock, line, x := s.SMP.Lock+s.SMP.Unlock, s.SMP.Line[smp.Socket], s.MMU.Instr
	change := s.MMU.PTEWrite + s.MMU.Invlpg + s.SMP.IPISend + s.SMP.ICR
	want := mmu.Cycles(3*9000) + lock + x + change + 2*s.MMU.Walk // a
	want += lock + line + line + x + change + line
	want += lock + x + change
	want += lock + line + line + lock + x + lock + x + change + line
	r := alloctest.Replay(t, &Design, allocators.Tuning{"naive.nsfbufs": 2}, trace)
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	n := r.Counters
	if n.Qenter != 2 || n.Qremove != 2 || r.Shootdowns != 4 || r.IPIs != 8 || n.PTEWrites != 4 || r.Invlpg != 4 || r.Reuses != 0 ||
		r.Allocs != 2 || r.Frees != 3 || n.TLBMisses != 2 {
		t.Errorf("%s %+v", r.JSON(), n)
	}
}
