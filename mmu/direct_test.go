package mmu

import (
	"testing"

	"lwbench/mmu/smp"
)

func TestDirectMap(t *testing.T) {
	m := newMachine(t, testSpec(), 1)
	run(t, m, func(c *CPU) {
		pg := m.Page(3)
		kva := c.Direct(pg)
		m.Promise(c, kva, pg)
		c.Load(kva, pg)
		c.Store(kva, pg)
		m.Release(c, kva)
		if got := m.PeekPTE(kva); got != pg {
			t.Errorf("maps %v, want %v", got, pg)
		}
		if got, ok := m.PeekTLB(0, kva); got != pg || !ok {
			t.Errorf("the TLB holds %v, want %v", got, pg)
		}
		if m.MayHoldOld(0, kva) {
			t.Error("a direct-map entry counts as old")
		}
		if got := kva.String(); got != "0xfffff80000003000" {
			t.Errorf("address %s", got)
		}
		if want := Cycles(1 + 1); c.Now() != want { // two hits of the first level
			t.Errorf("clock %d, want %d", c.Now(), want)
		}
		c.Load(kva, m.Page(4)) // the caller was promised another page
	})
	if n := m.Counters(); n.Accesses != 3 || n.TLBMisses != 0 || n.Stale != 1 || n.StaleRisk+n.Faults != 0 {
		t.Errorf("%+v", n)
	}
}

// TestSetPTEInvalidatesNothing checks that the CPU uses its TLB entry until an invalidation.
func TestSetPTEInvalidatesNothing(t *testing.T) {
	m := newMachine(t, testSpec(), 1)
	run(t, m, func(c *CPU) {
		c.SetPTE(5, m.Page(1)) // 15
		c.Load(5, m.Page(1))   // walk 40
		c.SetPTE(5, m.Page(2)) // 15
		c.Load(5, m.Page(2))   // stale: 1
		if want := Cycles(15 + 40 + 15 + 1); c.Now() != want {
			t.Errorf("clock %d, want %d", c.Now(), want)
		}
	})
	if n := m.Counters(); n.Stale != 1 || n.Invlpg != 0 || n.PTEWrites != 2 {
		t.Errorf("%+v", n)
	}
}

// TestClearPTE checks that the exchange returns Accessed, which every fill sets and every write clears.
func TestClearPTE(t *testing.T) {
	m := newMachine(t, testSpec(), 1)
	run(t, m, func(c *CPU) {
		c.SetPTE(5, m.Page(1))
		if c.ClearPTE(5) {
			t.Error("Accessed is set, but nothing has touched the page")
		}
		c.SetPTE(5, m.Page(1))
		c.Load(5, m.Page(1))
		before := c.Spent(smp.CostPTE)
		if !c.ClearPTE(5) {
			t.Error("Accessed is not set after a fill")
		}
		if got := c.Spent(smp.CostPTE) - before; got != 15+10 { // the write, and the exchange
			t.Errorf("%d cycles, want 25", got)
		}
		if pg, accessed := c.PTE(5); pg != nil || accessed {
			t.Errorf("PTE %v, accessed %v after the exchange", pg, accessed)
		}
	})
	if n := m.Counters(); n.PTEWrites != 4 || n.Invlpg+n.Flushes != 0 {
		t.Errorf("%+v", n)
	}
}

// TestClearPTELive does the same on real threads.
func TestClearPTELive(t *testing.T) {
	m, err := New(testSpec(), Options{CPUs: 1, Pages: 8, KVAPages: 64, Config: smp.Config{Live: &smp.Live{NoIPICost: true}}})
	if err != nil {
		t.Fatal(err)
	}
	run(t, m, func(c *CPU) {
		c.SetPTE(5, m.Page(1))
		first := c.ClearPTE(5)
		c.SetPTE(5, m.Page(1))
		c.Load(5, m.Page(1))
		c.Load(c.Direct(m.Page(2)), m.Page(2))
		c.Store(c.Direct(m.Page(2)), m.Page(2))
		c.CopyOut(c.Direct(m.Page(2)), 4096)
		if second := c.ClearPTE(5); first || !second {
			t.Errorf("Accessed %v and %v, want false and true", first, second)
		}
	})
	if n := m.Counters(); n.Stale+n.StaleRisk+n.Faults != 0 {
		t.Errorf("%+v: %v", n, m.Findings())
	}
}
