package lwbuf2010

import (
	"fmt"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// TestExactPerCPU adds up per-CPU lists of KVA. o is a magazine operation, n a node allocated or freed (kmalloc costs as
// much as a magazine operation), x the transfer of a line from the other CPU.
//
//	alloc a   the depot's lock, for the cache is empty; the boot CPU has pages: n; w + l
//	load a    a walk
//	load a    on cpu1: l, the atomic OR, a walk
//	free a    on cpu1: n, o
//	alloc b   on cpu1: o; n; w + l
//	alloc c   on cpu1: the depot's lock, x for it, x for what it guards; the list is empty: 32 pages, one block under the kernel
//	          map's lock; n; w + l
//	free b, c on cpu1: n, o each
func TestExactPerCPU(t *testing.T) {
	s := alloctest.Spec()
	o, w, l, walk := s.MMU.Magazine, s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk
	n, lock, x := s.MMU.Instr+s.MMU.Magazine, s.SMP.Lock+s.SMP.Unlock, s.SMP.Line[smp.Socket]
	want := (lock + n + w + l) + walk + (l + s.SMP.Atomic + walk) + (n + o) + (o + n + w + l)
	want += lock + 2*x + lock + s.MMU.KVAAlloc + n + w + l + 2*(n+o)
	got := alloctest.Replay(t, &PerCPU, nil, `cpus 2
0 alloc a 1
0 load a
1 load a
1 free a
1 alloc b 2
1 alloc c 3
1 free b
1 free c
`)
	if got.Cycles != want {
		t.Errorf("%d cycles, want %d", got.Cycles, want)
	}
	if got.KenterQuick != 3 || got.KenterSyncQuick != 1 || got.Invlpg != 4 || got.Shootdowns != 0 || got.Reuses != 0 ||
		got.KVAPages != 16*256+32 || got.Allocs != 3 || got.Frees != 3 {
		t.Error(got.JSON())
	}
}

// TestExactOwner adds up lwbufs that return to their owner. i is Instr, x the transfer of a line from the other CPU.
//
//	alloc a   i; w + l
//	load a    a walk
//	load a    on cpu1: l, the atomic OR, a walk
//	free a    on cpu1: a message; no CPU has cached the queue's lines
//	alloc b   another lwbuf, since the owner looks only once a tick: i; w + l
//	free b    i
//	work      past the tick
//	alloc c   x for the writer's index, x for the ring, x for the reader's index, which cpu1 has read; received; i. Then i; w + l
//	free c    i
func TestExactOwner(t *testing.T) {
	s := alloctest.Spec()
	tick := mmu.Cycles(s.ClockHz / hz)
	i, w, l, walk, x := s.MMU.Instr, s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk, s.SMP.Line[smp.Socket]
	want := (i + w + l) + walk + (l + s.SMP.Atomic + walk) + s.SMP.Send
	want += (i + w + l) + i + tick + 3*x + s.SMP.Receive + i + (i + w + l) + i
	got := alloctest.Replay(t, &Owner, nil, fmt.Sprintf(`cpus 2
0 alloc a 1
0 load a
1 load a
1 free a
0 alloc b 2
0 free b
0 work %d
0 alloc c 3
0 free c
`, tick))
	if got.Cycles != want {
		t.Errorf("%d cycles, want %d", got.Cycles, want)
	}
	if got.KenterQuick != 3 || got.KenterSyncQuick != 1 || got.Invlpg != 4 || got.Shootdowns != 0 || got.Reuses != 0 ||
		got.KVAPages != 2*256 || got.Allocs != 3 || got.Frees != 3 {
		t.Error(got.JSON())
	}
}

// ownerRun runs steps one after another on 2 CPUs with the Owner design.
func ownerRun(t *testing.T, n int, step func(a allocators.Allocator, m *mmu.Machine, i int) (int, func(*mmu.CPU) error)) *mmu.Machine {
	t.Helper()
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 2, Pages: 1})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Owner.New(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Serial(n, func(i int) (int, func(*mmu.CPU) error) { return step(a, m, i) }); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestOwnerFreesSurplus: an lwbuf beyond the reserve of 256 is destroyed and its KVA shot down on every CPU.
func TestOwnerFreesSurplus(t *testing.T) {
	const uses = 300
	var held []allocators.Buf
	m := ownerRun(t, 2*uses, func(a allocators.Allocator, m *mmu.Machine, i int) (int, func(*mmu.CPU) error) {
		return 0, func(c *mmu.CPU) error {
			if i >= uses {
				a.Free(c, held[i-uses])
				return nil
			}
			b, err := a.Alloc(c, m.Page(0), 0)
			held = append(held, b)
			return err
		}
	})
	// 512 at boot. cpu0 used up its 256 and took two blocks; its list keeps 257.
	if got, want := m.KVAHigh(), 512+64; got != want {
		t.Errorf("at most %d pages of KVA, want %d", got, want)
	}
	if got, want := m.KVAInUse(), 256+257; got != want {
		t.Errorf("%d pages of KVA at the end, want %d", got, want)
	}
	if n := m.Counters(); n.Shootdowns != int64(m.KVAHigh()-m.KVAInUse()) {
		t.Errorf("%d shootdowns for %d freed pages", n.Shootdowns, m.KVAHigh()-m.KVAInUse())
	}
}

// TestOwnerFullQueue: the tenth message meets a queue of nine. It raises an IPI, after which four are left, so the queue is
// more than half full again five messages later.
func TestOwnerFullQueue(t *testing.T) {
	const uses = 14
	var held []allocators.Buf
	var after []mmu.Cycles // each free
	m := ownerRun(t, 2*uses, func(a allocators.Allocator, m *mmu.Machine, i int) (int, func(*mmu.CPU) error) {
		if i < uses {
			return 0, func(c *mmu.CPU) error {
				b, err := a.Alloc(c, m.Page(0), 0)
				held = append(held, b)
				return err
			}
		}
		return 1, func(c *mmu.CPU) error {
			a.Free(c, held[i-uses])
			after = append(after, c.Spent(smp.CostShootdown))
			return nil
		}
	})
	for i, n := range after {
		if waited := n > 0; waited != (i >= 9) || i > 9 && n != after[9] {
			t.Errorf("after free %d: %d cycles of waiting for IPIs", i+1, n)
		}
	}
	if m.KVAInUse() != 512 {
		t.Errorf("%d pages of KVA in use, want 512", m.KVAInUse())
	}
}
