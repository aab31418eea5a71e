package msfbuf

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// TestExactCosts adds up private and global mappings of three pages. lock is the MP lock, h the hint, i Instr, cmp a
// comparison, x the transfer of a line from the other CPU.
//
//	pages 0-2 on cpu0            lock, h, i; 3 cmp, 3 w, 3 l
//	free                         lock, i
//	the same again               lock, h, i; 3 cmp: the mask has the bit
//	the same on cpu1             lock, x for it, x for the freelist's head, h, x for the window, i; 3 cmp, 3 l
//	pages 0, 5, 2 on cpu1        lock, h, i; 3 cmp, w and l for page 5, which empties the mask
//	pages 0, 5, 2 on cpu0        as on cpu1 before: x three times; 3 cmp, 3 l
//	pages 0-2 global, on cpu0    lock, h, i; 3 w, 3 l, a broadcast
//
// Every line but the first is followed by a free on the same CPU.
func TestExactCosts(t *testing.T) {
	s := alloctest.Spec()
	lock, x := s.SMP.Lock+s.SMP.Unlock, s.SMP.Line[smp.Socket]
	h, i, cmp, w, l := s.MMU.Hash, s.MMU.Instr, s.MMU.Compare, s.MMU.PTEWrite, s.MMU.Invlpg
	take, moved, free := lock+h+i, 3*x, lock+i
	m, err := mmu.New(s, mmu.Options{CPUs: 2, Pages: 8})
	if err != nil {
		t.Fatal(err)
	}
	a, err := newAllocator(m, 2, 32)
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		cpu   int
		pages []int
		flags allocators.Flags
		want  mmu.Cycles
	}{
		{0, []int{0, 1, 2}, allocators.Private, take + 3*(cmp+w+l) + free},
		{0, []int{0, 1, 2}, allocators.Private, take + 3*cmp + free},
		{1, []int{0, 1, 2}, allocators.Private, take + moved + 3*(cmp+l) + free},
		{1, []int{0, 5, 2}, allocators.Private, take + 3*cmp + w + l + free},
		{0, []int{0, 5, 2}, allocators.Private, take + moved + 3*(cmp+l) + free},
		{0, []int{0, 1, 2}, 0, take + 3*(w+l) + alloctest.BroadcastCycles() + free},
	}
	err = m.Serial(len(steps), func(k int) (int, func(*mmu.CPU) error) {
		st := steps[k]
		return st.cpu, func(c *mmu.CPU) error {
			var list []*mmu.Page
			for _, id := range st.pages {
				list = append(list, m.Page(id))
			}
			before := c.Now()
			b, err := a.AllocPages(c, list, st.flags)
			if err != nil {
				return err
			}
			a.Free(c, b)
			if got := c.Now() - before; got != st.want {
				t.Errorf("step %d: %d cycles, want %d", k, got, st.want)
			}
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
