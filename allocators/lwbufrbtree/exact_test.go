package lwbufrbtree

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/ops"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

func replay(t *testing.T, text string, most, scope int64) *ops.Result {
	t.Helper()
	return alloctest.Replay(t, &Design, allocators.Tuning{maxKnob.Name: most, scopeKnob.Name: scope}, text)
}

// three fills a tree with pages 1, 2, 3: page 2 is the root.
const three = `cpus 2
0 alloc a 1
0 load a
0 free a
0 alloc b 2
0 load b
0 free b
0 alloc c 3
0 load c
0 free c
`

// TestExactCosts adds up three misses, a hit of each kind, a stray and a free elsewhere, with a tree for each CPU. Per-CPU
// data moves no line.
//
//	alloc a   an empty tree; KVA (the kernel map's lock); w + l
//	alloc b   the way down: one comparison to look, one to insert; KVA; w + l
//	alloc c   two and two, and a rotation whose lines are all here; KVA; w + l
//	loads     a walk each
//	frees     one Instr
//	alloc d   page 1 again: two comparisons and a reference
//	load d    the TLB still has it
//	load d    on cpu1: l, the atomic OR on a line that cpu0 wrote last, a walk
//	free d    on cpu1: an atomic add on a line that no CPU has cached
//	alloc e   two comparisons and a reference; cpu1 has not moved the node's line
//	free e    one Instr
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	w, l, walk, cmp, instr := s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk, s.MMU.Compare, s.MMU.Instr
	kva := s.SMP.Lock + s.SMP.Unlock + s.MMU.KVAAlloc
	base := 3*(kva+w+l) + 6*cmp + 3*walk + 3*instr
	if r := replay(t, three, 8, scopeCPU); r.Cycles != base {
		t.Errorf("%d cycles for three misses, want %d", r.Cycles, base)
	}
	r := replay(t, three+"0 alloc d 1\n0 load d\n1 load d\n1 free d\n0 alloc e 1\n0 free e\n", 8, scopeCPU)
	want := base + 2*(2*cmp+instr) + (l + s.SMP.Atomic + s.SMP.Line[smp.Socket] + walk) + s.SMP.Atomic + instr
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if r.KenterQuick != 3 || r.KenterSyncQuick != 1 || r.Invlpg != 4 || r.Counters.PTEWrites != 3 || r.Shootdowns != 0 ||
		r.IPIs != 0 || r.Reuses != 2 || r.KVAPages != 3 || r.Allocs != 5 || r.Frees != 5 || r.Counters.TLBMisses != 4 {
		t.Error(r.JSON())
	}
}

// TestExactHitGlobal: one tree for all. cpu1 finds page 3: the lock, and the lines of the tree's head, of the root and of
// page 3, all of which cpu0 wrote last; then it writes page 3's, of which cpu0 has a copy. Again it moves nothing, the
// lock's line is here.
func TestExactHitGlobal(t *testing.T) {
	s := alloctest.Spec()
	line, lock := s.SMP.Line[smp.Socket], s.SMP.Lock+s.SMP.Unlock
	base := replay(t, three, 8, scopeGlobal).Cycles
	r := replay(t, three+"1 alloc d 3\n", 8, scopeGlobal)
	if got, want := r.Cycles-base, lock+line+4*line+2*s.MMU.Compare+s.MMU.Instr; got != want {
		t.Errorf("a hit costs %d cycles, want %d", got, want)
	}
	again := replay(t, three+"1 alloc d 3\n1 alloc e 3\n", 8, scopeGlobal)
	if got, want := again.Cycles-r.Cycles, lock+2*s.MMU.Compare+s.MMU.Instr; got != want {
		t.Errorf("the next hit costs %d cycles, want %d", got, want)
	}
	if again.Reuses != 2 || again.KenterQuick != 3 {
		t.Error(again.JSON())
	}
}

// TestExactRecycle: a full tree of one. Page 2 takes the element of page 1: a comparison, the queue's head, w + l; the
// handle's line comes back from cpu1, which strayed there.
func TestExactRecycle(t *testing.T) {
	s := alloctest.Spec()
	const text = "cpus 2\n0 alloc a 1\n1 load a\n0 free a\n"
	base := replay(t, text, 1, scopeCPU).Cycles
	r := replay(t, text+"0 alloc b 2\n", 1, scopeCPU)
	want := s.MMU.Compare + s.MMU.Instr + s.SMP.Line[smp.Socket] + s.MMU.PTEWrite + s.MMU.Invlpg
	if got := r.Cycles - base; got != want || r.KVAPages != 1 || r.Reuses != 0 {
		t.Errorf("%d cycles, want %d: %s", got, want, r.JSON())
	}
}

// TestExactAllInUse: page 2 finds the one element in use, passes it over and is mapped as a plain lwbuf, which goes back
// to the magazine at its free.
func TestExactAllInUse(t *testing.T) {
	s := alloctest.Spec()
	lock := s.SMP.Lock + s.SMP.Unlock
	base := replay(t, "cpus 1\n0 alloc a 1\n", 1, scopeCPU).Cycles
	r := replay(t, "cpus 1\n0 alloc a 1\n0 alloc b 2\n0 free b\n", 1, scopeCPU)
	plain := lock + (lock + s.MMU.KVAAlloc) + s.MMU.PTEWrite + s.MMU.Invlpg + s.MMU.Magazine
	if got, want := r.Cycles-base, s.MMU.Compare+s.MMU.Instr+plain; got != want || r.KVAPages != 2 || r.Sleeps != 0 {
		t.Errorf("%d cycles, want %d: %s", got, want, r.JSON())
	}
}

// TestExactSysctl: two idle elements go. Stopping the other CPU costs a lock and a rendezvous in which two elements are looked at;
// each page of KVA is then shot down and given back.
func TestExactSysctl(t *testing.T) {
	s := alloctest.Spec()
	base := replay(t, three, 8, scopeCPU).Cycles
	r := replay(t, three+"0 sysctl lwbuf-rbtree.max=1\n", 8, scopeCPU)
	lock := s.SMP.Lock + s.SMP.Unlock
	give := alloctest.RendezvousCycles(1, s.MMU.PTEWrite) + s.MMU.Invlpg + lock + s.MMU.KVAFree
	want := lock + alloctest.RendezvousCycles(1, 2*s.MMU.Instr) + 2*give
	if got := r.Cycles - base; got != want || r.Shootdowns != 2 {
		t.Errorf("%d cycles, want %d: %s", got, want, r.JSON())
	}
}

// TestMaxZeroIsLwbuf replays a trace on lwbuf and on a tree of none: the same cycles, the same counters.
func TestMaxZeroIsLwbuf(t *testing.T) {
	const text = "cpus 3\n0 alloc a 1 private\n0 load a\n0 free a\n0 alloc b 2\n0 load b\n1 load b\n1 global b\n2 store b\n1 free b\n" +
		"1 alloc c 1\n1 load c\n1 alloc d 1\n2 load d\n1 free c\n0 free d\n0 switch\n0 alloc e 1\n0 load e\n0 free e\n"
	want := alloctest.Replay(t, &lwbuf.Fixed, nil, text)
	for _, scope := range []int64{scopeCPU, scopeGlobal} {
		r := replay(t, text, 0, scope)
		r.Alloc = want.Alloc
		if r.JSON() != want.JSON() || r.Counters != want.Counters {
			t.Errorf("%s:\n%s, want\n%s", scopeKnob.Format(scope), r.JSON(), want.JSON())
		}
	}
}

// TestMaxZeroIsLwbufAtOnce is the same for CPUs that run at once: the digests of clocks and counters are equal.
func TestMaxZeroIsLwbufAtOnce(t *testing.T) {
	run := func(d *allocators.Design, tune allocators.Tuning) uint64 {
		m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 5, Pages: 64})
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.New(m, tune)
		if err != nil {
			t.Fatal(err)
		}
		err = m.Run(func(c *mmu.CPU) error { return passOn(c, a) })
		if err != nil {
			t.Fatal(err)
		}
		return m.Digest()
	}
	want := run(&lwbuf.Fixed, nil)
	for _, scope := range []int64{scopeCPU, scopeGlobal} {
		if got := run(&Design, allocators.Tuning{maxKnob.Name: 0, scopeKnob.Name: scope}); got != want {
			t.Errorf("%s: digest %x, lwbuf's is %x", scopeKnob.Format(scope), got, want)
		}
	}
	if run(&Design, allocators.Tuning{maxKnob.Name: 4}) == want {
		t.Error("a tree of four has lwbuf's digest: the test sees nothing")
	}
}

// passOn maps pages, touches them, and hands every other one to the next CPU, which touches and frees it.
func passOn(c *mmu.CPU, a allocators.Allocator) error {
	next := (c.ID() + 1) % c.Machine().NCPU()
	for i := range 100 {
		b, err := a.Alloc(c, c.Machine().Page((7*i+c.ID())%64), 0)
		if err != nil {
			return err
		}
		c.Load(b.KVA(c), b.Page())
		if i%2 == 0 {
			c.Send(next, b)
		} else {
			a.Free(c, b)
		}
		c.Charge(smp.CostWork, mmu.Cycles(100*i%700))
		for msg, ok := c.Recv(); ok; msg, ok = c.Recv() {
			other := msg.(allocators.Buf)
			c.Store(other.KVA(c), other.Page())
			a.Free(c, other)
		}
	}
	return nil
}
