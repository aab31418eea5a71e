package quickpage

import (
	"testing"

	"lwbench/allocators/alloctest"
)

func TestContract(t *testing.T) { alloctest.Run(t, &Design) }

// TestExactCosts checks the cost model of docs/DESIGNS.md, 2w + l for each use: i and w + l to enter, a walk, w and i to
// remove. The second use on a CPU walks again, because enter flushed the entry of the first.
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	w, l, walk, i := s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk, s.MMU.Instr
	r := alloctest.Replay(t, &Design, nil, `cpus 2
0 alloc a 1 private
0 load a
0 free a
0 alloc b 2 private
0 load b
0 load b
0 free b
1 alloc c 2 private
1 load c
1 free c
`)
	if want := 3 * (i + w + l + walk + w + i); r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	n := r.Counters
	if n.PTEWrites != 6 || r.KenterQuick != 3 || r.Invlpg != 3 || r.IPIs != 0 || r.Reuses != 0 || n.TLBMisses != 3 || r.KVAPages != 2 {
		t.Errorf("%s %+v", r.JSON(), n)
	}
}
