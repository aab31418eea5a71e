package genbuf

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/allocators/ops"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// costs of the machine of the contract, by the letters of the comments: w a PTE write, x an exchange of one, f a full flush, m a
// magazine operation, i Instr, t the time stamp counter, look a search of a set that does not find the page.
type costs struct{ w, x, f, m, i, t, walk, look, fresh mmu.Cycles }

func costsOf() costs {
	s := alloctest.Spec()
	k := &s.MMU
	return costs{
		w: k.PTEWrite, x: k.PTEWrite + s.SMP.Atomic, f: k.FlushAll, m: k.Magazine, i: k.Instr, t: s.SMP.TSC, walk: k.Walk,
		look:  k.Hash + ways*k.Compare + k.Instr,
		fresh: s.SMP.Atomic + s.SMP.Lock + s.SMP.Unlock + k.KVAAlloc, // an atomic add, and the kernel map's lock
	}
}

func replay(t *testing.T, text string, tune allocators.Tuning) *ops.Result {
	t.Helper()
	return alloctest.Replay(t, &Design, tune, text)
}

// first takes 64 pages of KVA for page 1, which is mapped for one use; page 2 is retained.
const first = `cpus 2
0 alloc a 1
0 load a
0 free a
0 alloc b 2
0 load b
0 free b
`

func (k costs) first() mmu.Cycles {
	n := k.look + k.fresh + k.m + k.w // alloc a
	n += k.walk                       // load a: no TLB can hold fresh KVA
	n += k.x + k.m                    // free a
	n += k.look + k.m + k.w           // alloc b
	n += k.walk                       // load b
	return n + k.i                    // free b, at home
}

// TestExactCosts adds up a first use, a miss, a hit, and the same mapping used and freed on another CPU.
//
//	alloc d   page 2 again: the way is the first of its set; the TLB still has it
//	load d    on cpu1: a walk
//	free d    on cpu1: its tally (m), a counter on an uncached line, i, and its bit in an uncached line
//	alloc e   a hit; cpu0 does not look for frees elsewhere
func TestExactCosts(t *testing.T) {
	s, k := alloctest.Spec(), costsOf()
	want := k.first()
	if r := replay(t, first, nil); r.Cycles != want {
		t.Errorf("%d cycles for two misses, want %d", r.Cycles, want)
	}
	hit := s.MMU.Hash + s.MMU.Compare + k.i
	want += hit
	want += k.walk
	want += k.m + k.i + s.SMP.Atomic
	want += hit + k.i
	r := replay(t, first+"0 alloc d 2\n0 load d\n1 load d\n1 free d\n0 alloc e 2\n0 free e\n", nil)
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if n := r.Counters; n.PTEWrites != 3 || r.Invlpg != 0 || n.Flushes != 0 || r.IPIs != 0 || r.Reuses != 2 || r.KVAPages != 64 {
		t.Errorf("%s %+v", r.JSON(), n)
	}
}

// TestExactRecycled: the only page of KVA is used again: its batch is sealed with one stamp, and each CPU flushes once
// before it uses it.
func TestExactRecycled(t *testing.T) {
	const text = "cpus 2\n0 alloc a 1\n0 load a\n0 free a\n0 alloc b 2\n0 load b\n1 load b\n0 load b\n1 load b\n0 free b\n"
	s, k := alloctest.Spec(), costsOf()
	rest := k.fresh + k.m + k.w + k.walk + k.x + k.m // a
	rest += k.m + k.w + k.x + k.m                    // alloc and free b
	rest += 2 * (k.i + k.f + k.walk)                 // load b, twice
	line := s.SMP.Line[smp.Socket]
	for _, v := range []struct {
		design *allocators.Design
		knobs  *knobs
		clock  mmu.Cycles
	}{
		{&Design, &stamps, 3*k.t + line},            // three readings; floor's line, which cpu0 has read
		{&Counted, &counted, s.SMP.Atomic + 2*line}, // and the counter's line, which cpu0 wrote
	} {
		r := alloctest.Replay(t, v.design, allocators.Tuning{v.knobs.kva.Name: 1}, text)
		if want := rest + v.clock; r.Cycles != want || r.Counters.Flushes != 2 {
			t.Errorf("%s: %d cycles, want %d: %s", v.design.Name, r.Cycles, want, r.JSON())
		}
	}
}

// TestExactUntouched: an address that was not accessed leaves its slot clean, and the next alloc takes that slot: no
// flush, however often (G4).
func TestExactUntouched(t *testing.T) {
	k := costsOf()
	use := "0 alloc a 1\n0 free a\n"
	tune := allocators.Tuning{stamps.retain.Name: 0}
	base := replay(t, "cpus 1\n"+use, tune)
	r := replay(t, "cpus 1\n"+use+use+use, tune)
	if got, want := r.Cycles-base.Cycles, 2*(k.m+k.w+k.x+k.m); got != want || r.Counters.Flushes != 0 {
		t.Errorf("%d cycles, want %d: %s", got, want, r.JSON())
	}
}

// TestExactFlushes: with 8 spare slots and no table one flush cleans all that were cleared since the last one. 88 uses one
// after another take 8 at a time; the first 8 are fresh.
func TestExactFlushes(t *testing.T) {
	text := "cpus 1\n"
	for range 88 {
		text += "0 alloc a 1\n0 load a\n0 free a\n"
	}
	r := replay(t, text, allocators.Tuning{stamps.retain.Name: 0, stamps.spare.Name: 8})
	if n := r.Counters.Flushes; n != 10 || r.KVAPages != 8 || r.Invlpg != 0 {
		t.Errorf("%d flushes, want 10: %s", n, r.JSON())
	}
}

// TestExactGlobal: set_global is a rendezvous, once; afterwards no CPU flushes for this address.
func TestExactGlobal(t *testing.T) {
	const text = "cpus 2\n0 alloc a 1\n0 global a\n"
	base := replay(t, "cpus 2\n0 alloc a 1\n", nil)
	r := replay(t, text, nil)
	s := alloctest.Spec()
	if got, want := r.Cycles-base.Cycles, alloctest.RendezvousCycles(1, 0)+s.MMU.Invlpg; got != want {
		t.Errorf("%d cycles, want %d", got, want)
	}
	again := replay(t, text+"1 global a\n1 load a\n0 load a\n", nil)
	if again.Counters.Flushes != 0 || again.Shootdowns != 1 {
		t.Error(again.JSON())
	}
}
