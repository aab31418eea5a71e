package kmaplocal

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
)

// TestExactCosts checks the cost model of docs/DESIGNS.md, 2w + l for each use, on nested uses.
//
//	alloc     i for the slot; w
//	load      a walk, because the slot was flushed when it was last given back
//	free      w + l; i
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	w, l, walk, i := s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk, s.MMU.Instr
	for _, d := range []*allocators.Design{&Local, &Atomic} {
		r := alloctest.Replay(t, d, nil, `cpus 2
0 alloc a 1 private
0 load a
0 alloc b 2 private
0 load b
0 load a
0 free b
0 alloc c 1 private
0 load c
0 free c
0 free a
`)
		if want := 3 * (i + w + walk + w + l + i); r.Cycles != want {
			t.Errorf("%s: %d cycles, want %d", d.Name, r.Cycles, want)
		}
		n := r.Counters
		if n.PTEWrites != 6 || r.Invlpg != 3 || r.IPIs != 0 || r.Reuses != 0 || n.TLBMisses != 3 || int64(r.KVAPages) != 2*d.Tunables[0].Default {
			t.Errorf("%s: %s %+v", d.Name, r.JSON(), n)
		}
	}
}

// TestExactSwitch: a context switch costs kmap-local 2w + l and 2i for each live mapping, beside the switch itself, and the
// next access a walk. It costs kmap-atomic nothing: preemption is disabled.
func TestExactSwitch(t *testing.T) {
	s := alloctest.Spec()
	w, l, walk, i := s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk, s.MMU.Instr
	const before, after = "cpus 1\n0 alloc a 1 private\n0 load a\n0 alloc b 2 private\n0 load b\n", "0 load b\n0 load a\n0 free b\n0 free a\n"
	for d, want := range map[*allocators.Design]int64{&Local: int64(s.MMU.SwitchCR3 + 2*(2*w+l+2*i) + 2*walk), &Atomic: int64(s.MMU.SwitchCR3)} {
		without := alloctest.Replay(t, d, nil, before+after)
		with := alloctest.Replay(t, d, nil, before+"0 switch\n"+after)
		if got := int64(with.Cycles - without.Cycles); got != want {
			t.Errorf("%s: a switch costs %d cycles, want %d", d.Name, got, want)
		}
	}
}
