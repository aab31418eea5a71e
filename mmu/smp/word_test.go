package smp

import (
	"context"
	"testing"
)

// TestWord: an add costs a locked instruction and the line's transfer, a read of a line that is here nothing.
func TestWord(t *testing.T) {
	var w Word
	s, _ := newSystem(t, 2, nil)
	err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 1 {
			c.Charge(CostWork, 1000)
		}
		before := c.Spent(CostLine)
		if got, want := w.Add(c, 1), int64(c.ID()+1); got != want {
			t.Errorf("cpu%d: %d, want %d", c.ID(), got, want)
		}
		want := c.sys.costs.Atomic
		if c.ID() == 1 {
			want += c.sys.costs.Line[Sibling]
		}
		if got := c.Spent(CostLine) - before; got != want {
			t.Errorf("cpu%d: an add costs %d cycles, want %d", c.ID(), got, want)
		}
		if w.Load(c); c.Spent(CostLine)-before != want {
			t.Errorf("cpu%d: a read of its own line costs", c.ID())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAtomicSet: the atomic methods do what the plain ones do.
func TestAtomicSet(t *testing.T) {
	var a, b CPUSet
	for _, id := range []int{0, 63, 64, 1023} {
		a.Add(id)
		b.AtomicAdd(id)
		if a != b || !b.AtomicHas(id) || b.AtomicHas(id^1) != b.Has(id^1) {
			t.Errorf("after %d: %v and %v", id, a, b)
		}
	}
	var d CPUSet
	d.AtomicStore(&a)
	if d.AtomicLoad() != a {
		t.Errorf("stored %v, is %v", a, d)
	}
}
