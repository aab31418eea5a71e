package lwbuf2010

import (
	"testing"

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
//	alloc c   on cpu1: the depot's lock, x for it, x for what it guards; the list is empty: 32 pages, each under the kernel
//	          map's lock; n; w + l
//	free b, c on cpu1: n, o each
func TestExactPerCPU(t *testing.T) {
	s := alloctest.Spec()
	o, w, l, walk := s.MMU.Magazine, s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk
	n, lock, x := s.MMU.Instr+s.MMU.Magazine, s.SMP.Lock+s.SMP.Unlock, s.SMP.Line[smp.Socket]
	want := (lock + n + w + l) + walk + (l + s.SMP.Atomic + walk) + (n + o) + (o + n + w + l)
	want += lock + 2*x + 32*(lock+s.MMU.KVAAlloc) + n + w + l + 2*(n+o)
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

// TestExactOwner adds up lwbufs that return to their owner. i is a handful of instructions, x moving a line from the
// other CPU.
//
//	alloc a   a look at the queue, which nobody else has touched; i; w + l
//	load a    a walk
//	load a    on cpu1: l, the atomic OR, a walk
//	free a    on cpu1: the queue's lock; an atomic add, x, for the owner has looked; a message
//	alloc b   a look, x: there is one. The queue's lock, x; what it guards, x; an atomic add, x; received; i. Then i; w + l
//	free b    i; a look
func TestExactOwner(t *testing.T) {
	s := alloctest.Spec()
	i, w, l, walk := s.MMU.Instr, s.MMU.PTEWrite, s.MMU.Invlpg, s.MMU.Walk
	lock, add, x := s.SMP.Lock+s.SMP.Unlock, s.SMP.Atomic, s.SMP.Line[smp.Socket]
	want := (i + w + l) + walk + (l + add + walk) + (lock + add + x + s.SMP.Send)
	want += x + (lock + x) + x + (add + x) + s.SMP.Receive + i + (i + w + l) + i
	got := alloctest.Replay(t, &Owner, nil, `cpus 2
0 alloc a 1
0 load a
1 load a
1 free a
0 alloc b 2
0 free b
`)
	if got.Cycles != want {
		t.Errorf("%d cycles, want %d", got.Cycles, want)
	}
	if got.KenterQuick != 2 || got.KenterSyncQuick != 1 || got.Invlpg != 3 || got.Shootdowns != 0 || got.Reuses != 0 ||
		got.KVAPages != 2*256 || got.Allocs != 2 || got.Frees != 2 {
		t.Error(got.JSON())
	}
}

// TestOwnerGivesBack: what comes home beyond 256 goes back to the kernel map, shot down everywhere.
func TestOwnerGivesBack(t *testing.T) {
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 2, Pages: 1})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Owner.New(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	var held []func(*mmu.CPU)
	const uses = 300
	err = m.Serial(2*uses+1, func(i int) (int, func(*mmu.CPU) error) {
		if i >= uses { // the odd one out is a look at the queue
			return 1 - i/(2*uses), func(c *mmu.CPU) error {
				if i == 2*uses {
					b, err := a.Alloc(c, m.Page(0), 0)
					if err == nil {
						a.Free(c, b)
					}
					return err
				}
				held[i-uses](c)
				return nil
			}
		}
		return 0, func(c *mmu.CPU) error {
			b, err := a.Alloc(c, m.Page(0), 0)
			held = append(held, func(c *mmu.CPU) { a.Free(c, b) })
			return err
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	// 512 at boot; cpu0 used up its 256 and took 64 more; 257 stay on its list.
	if got, want := m.KVAHigh(), 512+64; got != want {
		t.Errorf("%d pages of KVA at most, want %d", got, want)
	}
	if got, want := m.KVAInUse(), 256+257; got != want {
		t.Errorf("%d pages of KVA in the end, want %d", got, want)
	}
	if n := m.Counters(); n.Shootdowns != int64(m.KVAHigh()-m.KVAInUse()) {
		t.Errorf("%d shootdowns for %d pages given back", n.Shootdowns, m.KVAHigh()-m.KVAInUse())
	}
}
