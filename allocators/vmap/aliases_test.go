package vmap

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// unaliased replays two calls of vm_unmap_aliases with a live page beside the dirty one, and a third without, on blocks of four
// pages and one CPU.
const unaliased = `cpus 1
0 alloc a 1
0 load a
0 alloc b 2
0 load b
0 free a
0 unalias
0 unalias
0 free b
0 unalias
`

// TestExactUnmapAliases: lock is Lock plus Unlock, i is Instr. A call takes the purge lock and the tree's, each block's (i), and
// the lazy list's.
//
//	first    one page is dirty: an invlpg
//	second   nothing is dirty since the first
//	third    the block is fragmented, two pages dirty and two free. vmap takes it out of use: the queue's lock, the tree (lock,
//	         hash), the lazy list (lock, atomic add); an invlpg for each of its 4 pages, an atomic add, the area (lock).
//	         vmap-nodes keeps a block of which more than a quarter is free: an invlpg for the page that has become dirty.
func TestExactUnmapAliases(t *testing.T) {
	s := alloctest.Spec()
	lock, atomic, hash, i := s.SMP.Lock+s.SMP.Unlock, s.SMP.Atomic, s.MMU.Hash, s.MMU.Instr
	call, l := 4*lock+i, s.MMU.Invlpg
	for _, k := range []struct {
		d      *allocators.Design
		pool   mmu.Cycles // in each call: the lock of the node's pool
		third  mmu.Cycles
		invlpg int64
	}{
		{&Design, 0, call + lock + (lock + hash) + lock + atomic + 4*l + atomic + lock + s.MMU.KVAFree, 5},
		{&Nodes, lock, call + lock + l, 2},
	} {
		tune := allocators.Tuning{k.d.Name + ".block": 4}
		text := strings.Split(strings.TrimSpace(unaliased), "\n")
		cost := func(n int) mmu.Cycles { // of line n
			last := alloctest.Replay(t, k.d, tune, strings.Join(text[:n+1], "\n")+"\n").Cycles
			return last - alloctest.Replay(t, k.d, tune, strings.Join(text[:n], "\n")+"\n").Cycles
		}
		if first, second, third := cost(6), cost(7), cost(9); first != call+k.pool+l || second != call+k.pool || third != k.third {
			t.Errorf("%s: %d, %d and %d cycles, want %d, %d and %d", k.d.Name, first, second, third, call+k.pool+l, call+k.pool, k.third)
		}
		if r := alloctest.Replay(t, k.d, tune, unaliased); r.Invlpg != k.invlpg || len(r.Reports) > 0 || r.KVAPages != 4 {
			t.Errorf("%s: %s %v", k.d.Name, r.JSON(), r.Reports)
		}
	}
}

// TestThreshold: vm_unmap_aliases takes a fragmented block out of use if less than the threshold of it is free.
func TestThreshold(t *testing.T) {
	for _, k := range []struct {
		d    *allocators.Design
		used int // pages of 8 that have been handed out and freed
		kept bool
	}{
		{&Design, 1, false}, {&Design, 7, false}, {&Nodes, 5, true}, {&Nodes, 6, true}, {&Nodes, 7, false},
	} {
		m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 1, Pages: 9})
		if err != nil {
			t.Fatal(err)
		}
		a, err := k.d.New(m, allocators.Tuning{k.d.Name + ".block": 8})
		if err != nil {
			t.Fatal(err)
		}
		err = m.Run(func(c *mmu.CPU) error {
			for i := range k.used {
				b, err := a.Alloc(c, m.Page(i), 0)
				if err != nil {
					return err
				}
				a.Free(c, b)
			}
			a.(allocators.Unaliaser).UnmapAliases(c)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if kept := len(*a.(*allocator).queues[0].list.Peek()) == 1; kept != k.kept {
			t.Errorf("%s: with %d of 8 pages used and freed the block stays in its queue: %t, want %t", k.d.Name, k.used, kept, k.kept)
		}
	}
}

// TestAliasesSharedBlocks: the contract's trace of aliases, with blocks of two and four pages, so that blocks are used up and partly
// live, fragmented, or all dirty.
func TestAliasesSharedBlocks(t *testing.T) {
	for _, d := range []*allocators.Design{&Design, &Nodes} {
		for _, n := range []int64{1, 2, 4} {
			alloctest.Aliases(t, d, allocators.Tuning{d.Name + ".block": n, d.Name + ".lazy_max": 8})
		}
	}
}
