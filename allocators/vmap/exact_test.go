package vmap

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// TestExactCosts checks the cost model of docs/DESIGNS.md, n·2w and a share of a new block and of a purge, on blocks of two
// pages and one CPU. lock is Lock plus Unlock, i is Instr.
//
//	alloc a   no block: kmalloc; the area (lock); the block tree (lock, hash); the queue (lock); w
//	load a    a walk
//	alloc b   the block's lock, i; it is used up, so the queue's lock; w
//	free a    hash, the PTE in an exchange, the block's lock
//	free b    the same; the block is all dirty: the block tree, the lazy list (lock), an atomic add; 2 pages are more than
//	          lazy_max, so a purge: its lock, the lazy list's, an invlpg for each page, an atomic add, the area (lock)
//	alloc c   a new block, as alloc a
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	lock, atomic, hash, i := s.SMP.Lock+s.SMP.Unlock, s.SMP.Atomic, s.MMU.Hash, s.MMU.Instr
	w, l := s.MMU.PTEWrite, s.MMU.Invlpg
	tree := lock + hash
	newBlock := s.MMU.Magazine + lock + s.MMU.KVAAlloc + tree + lock
	free := hash + w + atomic + lock
	want := newBlock + w + s.MMU.Walk // a
	want += lock + i + lock + w       // b
	want += free                      // a
	want += free + tree + lock + atomic
	want += lock + lock + 2*l + atomic + lock + s.MMU.KVAFree // the purge
	want += newBlock + w
	r := alloctest.Replay(t, &Design, allocators.Tuning{block.Name: 2, lazy.Name: 1}, `cpus 1
0 alloc a 1
0 load a
0 alloc b 2
0 free a
0 free b
0 alloc c 3
`)
	if r.Cycles != want {
		t.Errorf("%d cycles, want %d", r.Cycles, want)
	}
	if n := r.Counters; n.PTEWrites != 5 || r.Invlpg != 2 || n.Flushes != 0 || r.IPIs != 0 || r.Reuses != 0 || r.KVAPages != 2 {
		t.Errorf("%s %+v", r.JSON(), n)
	}
}

// TestExactPurge: 40 pages on 3 CPUs are one shootdown of the two others, which flush everything, since 40 is above the
// ceiling. Frees on another CPU add the transfer of the block's line and of its lock.
func TestExactPurge(t *testing.T) {
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 3, Pages: 40, KVAPages: 400})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Design.New(m, allocators.Tuning{block.Name: 40, lazy.Name: 1})
	if err != nil {
		t.Fatal(err)
	}
	var bufs []allocators.Buf
	var before, after mmu.Cycles
	err = m.Serial(80, func(i int) (int, func(*mmu.CPU) error) {
		if i < 40 {
			return 0, func(c *mmu.CPU) error {
				b, err := a.Alloc(c, m.Page(i), 0)
				bufs = append(bufs, b)
				return err
			}
		}
		return 1, func(c *mmu.CPU) error {
			before = c.Now()
			a.Free(c, bufs[i-40])
			if i == 41 {
				after = c.Now() - before
			}
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	n := m.Counters()
	if n.Shootdowns != 1 || n.IPIs != 2 || n.Flushes != 3 || n.Invlpg != 0 || n.PTEWrites != 80 {
		t.Errorf("%+v", n)
	}
	s := alloctest.Spec()
	if want := s.MMU.Hash + s.MMU.PTEWrite + s.SMP.Atomic + s.SMP.Lock + s.SMP.Unlock; after != want {
		t.Errorf("the second free on cpu1 costs %d cycles, want %d", after, want)
	}
}

// TestBlocks: blocks are sized as Linux does, unless the window is too small for one of each CPU.
func TestBlocks(t *testing.T) {
	for _, k := range []struct{ cpus, window, want int }{
		{1, 69632, 1024}, {4, 69632, 1024}, {8, 69632, 544}, {64, 69632, 128}, {256, 69632, 128}, {2, 400, 128}, {2, 8, 4}, {8, 8, 1},
	} {
		m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: k.cpus, KVAPages: k.window})
		if err != nil {
			t.Fatal(err)
		}
		if got := newAllocator(m, 0, 0, variant{}).size; got != k.want {
			t.Errorf("%d CPUs, %d pages: blocks of %d, want %d", k.cpus, k.window, got, k.want)
		}
	}
}
