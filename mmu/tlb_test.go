package mmu

import "testing"

func TestTLBCapacity(t *testing.T) {
	m := newMachine(t, testSpec(), 1)
	run(t, m, func(c *CPU) {
		for i := range KVA(33) {
			c.KenterQuick(i, m.Page(int(i)))
			c.Load(i, m.Page(int(i)))
		}
		before := c.N
		c.Load(1, m.Page(1)) // in the second level only
		if c.N.TLBHits2 != before.TLBHits2+1 || c.N.TLBMisses != before.TLBMisses {
			t.Errorf("page 1: %+v", c.N)
		}
		c.Load(0, m.Page(0)) // set 0 of the second level had 5 pages in 4 ways
		if c.N.TLBMisses != before.TLBMisses+1 {
			t.Errorf("page 0 is still held")
		}
		c.Load(1, m.Page(1))
		if c.N.TLBMisses != before.TLBMisses+1 || c.N.TLBHits2 != before.TLBHits2+1 {
			t.Errorf("page 1 has not returned to the first level")
		}
	})
}

// TestTLBAgainstModel compares the fast layout with sets searched entry by entry.
func TestTLBAgainstModel(t *testing.T) {
	spec := &TLBSpec{L1Sets: 2, L1Ways: 4, L2Sets: 8, L2Ways: 4}
	var fast tlb
	fast.renew(spec, 512)
	slow := newModel(spec)
	x := uint32(12345)
	for i := range 200000 {
		x = x*1664525 + 1013904223
		kva := KVA(x >> 8 % 61)
		switch x >> 24 % 16 {
		case 0:
			fast.invalidate(kva)
			slow.invalidate(kva)
		case 1:
			if x>>20&15 == 0 {
				fast.flush()
				slow.flush()
			}
		default:
			e := fast.entry(kva)
			got := 0
			switch {
			case e.epoch == fast.epoch && e.w1 != 0:
				got = 1
			case e.epoch == fast.epoch && e.w2 != 0:
				got = 2
				fast.put1(kva, e)
			default:
				fast.fill(kva, e, 1, 1)
			}
			if want := slow.touch(kva); got != want {
				t.Fatalf("step %d, page %d: level %d, the model says %d", i, kva, got, want)
			}
		}
	}
}

// TestTLBEpochsAreUsedAgain: an entry does not become valid again when the number of its epoch returns.
func TestTLBEpochsAreUsedAgain(t *testing.T) {
	var fast tlb
	fast.renew(&TLBSpec{L1Sets: 2, L1Ways: 4, L2Sets: 8, L2Ways: 4}, 512)
	fast.fill(7, fast.entry(7), 1, 1)
	for i := range 1 << 17 {
		if fast.flush(); fast.peek(7) != nil {
			t.Fatalf("the entry is valid after %d flushes", i+1)
		}
	}
}

// model is the same TLB in a simple form. A freed way is taken before the turn, but only the last one freed in a set.
type model struct{ l [2]modelLevel }

type modelLevel struct {
	sets, ways int
	slot       [][]int // kva or -1
	turn, hint []int
}

func newModel(s *TLBSpec) *model {
	mk := func(sets, ways int) modelLevel {
		l := modelLevel{sets: sets, ways: ways, turn: make([]int, sets), hint: make([]int, sets)}
		for range sets {
			row := make([]int, ways)
			for i := range row {
				row[i] = -1
			}
			l.slot = append(l.slot, row)
		}
		for i := range l.hint {
			l.hint[i] = -1
		}
		return l
	}
	return &model{[2]modelLevel{mk(s.L1Sets, s.L1Ways), mk(s.L2Sets, s.L2Ways)}}
}

func (l *modelLevel) find(kva int) int {
	for w, k := range l.slot[kva%l.sets] {
		if k == kva {
			return w
		}
	}
	return -1
}

func (l *modelLevel) drop(kva int) {
	if w := l.find(kva); w >= 0 {
		l.slot[kva%l.sets][w] = -1
		l.hint[kva%l.sets] = w
	}
}

func (l *modelLevel) put(kva int) (old int) {
	set := kva % l.sets
	w := l.hint[set]
	if l.hint[set] = -1; w < 0 {
		w = l.turn[set]
		l.turn[set] = (w + 1) % l.ways
	}
	old = l.slot[set][w]
	l.slot[set][w] = kva
	return old
}

func (m *model) invalidate(kva KVA) { m.l[0].drop(int(kva)); m.l[1].drop(int(kva)) }

// flush empties the ways and keeps the turns.
func (m *model) flush() {
	for i := range m.l {
		for _, row := range m.l[i].slot {
			for w := range row {
				row[w] = -1
			}
		}
	}
}

func (m *model) touch(kva KVA) int {
	k := int(kva)
	if m.l[0].find(k) >= 0 {
		return 1
	}
	if m.l[1].find(k) >= 0 {
		m.l[0].put(k)
		return 2
	}
	if old := m.l[1].put(k); old >= 0 {
		m.l[0].drop(old)
	}
	m.l[0].put(k)
	return 0
}
