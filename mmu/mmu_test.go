package mmu

import (
	"testing"

	"lwbench/mmu/smp"
)

// testSpec is a machine with round costs: two sockets of four cores, an 8-entry first level and a 32-entry second.
func testSpec() *Spec {
	return &Spec{
		Name: "test", ClockHz: 1e9,
		Topology: smp.Topology{Sockets: 2, Cores: 4, Threads: 1},
		SMP: smp.Costs{
			Line: [smp.NumDistances]Cycles{0, 20, 100, 300}, Atomic: 10, Lock: 20, Unlock: 5,
			IPISend: 50, IPIQueue: 6, ICR: 4, Cluster: 4, Rearm: 25, Deliver: [smp.NumDistances]Cycles{0, 1000, 1000, 1500},
			Handler: 200, Ack: 30, Sleep: 400, Wakeup: 150, WakeUp: 600, Send: 80, Receive: 40, TSC: 25,
		},
		TLB: TLBSpec{L1Sets: 2, L1Ways: 4, L2Sets: 8, L2Ways: 4},
		MMU: Costs{
			TLBHit: 1, TLBHit2: 7, Walk: 40, PTEWrite: 15, Invlpg: 120, FlushAll: 250, SwitchCR3: 130, FlushMax: 33,
			KVAAlloc: 900, KVAFree: 800, Magazine: 8, Hash: 6, Compare: 3, CopyPage: 1000, Instr: 4,
		},
		KernelGlobal: true,
	}
}

func newMachine(t testing.TB, spec *Spec, cpus int) *Machine {
	t.Helper()
	m, err := New(spec, Options{CPUs: cpus, Pages: 4096, KVAPages: 8192})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run runs f on CPU 0 of a one-CPU machine.
func run(t *testing.T, m *Machine, f func(c *CPU)) {
	t.Helper()
	if err := m.Run(func(c *CPU) error {
		if c.ID() == 0 {
			f(c)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestLoadWalksOnceThenHits(t *testing.T) {
	m := newMachine(t, testSpec(), 1)
	run(t, m, func(c *CPU) {
		c.KenterQuick(7, m.Page(3)) // 15 + 120
		c.Load(7, m.Page(3))        // 40
		c.Load(7, m.Page(3))        // 1
		if want := Cycles(15 + 120 + 40 + 1); c.Now() != want {
			t.Errorf("clock %d, want %d", c.Now(), want)
		}
		if _, accessed := c.PTE(7); !accessed {
			t.Error("a fill must set Accessed")
		}
	})
	if n := m.Counters(); n.TLBMisses != 1 || n.PTEWrites != 1 || n.Invlpg != 1 || n.Stale+n.StaleRisk+n.Faults != 0 {
		t.Errorf("%+v", n)
	}
}

func TestStaleAccessIsSeen(t *testing.T) {
	m := newMachine(t, testSpec(), 2)
	steps := []func(c *CPU){
		func(c *CPU) { c.KenterQuick(5, m.Page(1)) },
		func(c *CPU) { c.Load(5, m.Page(1)) }, // on cpu1
		func(c *CPU) { c.KenterQuick(5, m.Page(2)) },
		func(c *CPU) { c.Load(5, m.Page(2)) }, // on cpu1: stale
	}
	cpu := []int{0, 1, 0, 1}
	if err := m.Serial(len(steps), func(i int) (int, func(*CPU) error) {
		return cpu[i], func(c *CPU) error { steps[i](c); return nil }
	}); err != nil {
		t.Fatal(err)
	}
	f := m.Findings()
	if len(f) != 1 || f[0].Kind != StaleAccess || f[0].CPU != 1 || f[0].Got != m.Page(1) || f[0].Want != m.Page(2) {
		t.Fatalf("%+v", f)
	}
}

func TestEvictedEntryIsRisk(t *testing.T) {
	m := newMachine(t, testSpec(), 2)
	steps := []func(c *CPU){
		func(c *CPU) { c.KenterQuick(5, m.Page(1)) },
		func(c *CPU) { // on cpu1: fill, then evict by other pages
			c.Load(5, m.Page(1))
			for i := range KVA(64) {
				c.KenterQuick(100+i, m.Page(9))
				c.Load(100+i, m.Page(9))
			}
			if _, ok := m.PeekTLB(1, 5); ok {
				t.Error("not evicted")
			}
		},
		func(c *CPU) { c.KenterQuick(5, m.Page(2)) },
		func(c *CPU) { c.Load(5, m.Page(2)) }, // correct, but an older entry may be held
	}
	cpu := []int{0, 1, 0, 1}
	if err := m.Serial(len(steps), func(i int) (int, func(*CPU) error) {
		return cpu[i], func(c *CPU) error { steps[i](c); return nil }
	}); err != nil {
		t.Fatal(err)
	}
	if n := m.Counters(); n.Stale != 0 || n.StaleRisk != 1 {
		t.Fatalf("stale %d, stale-risk %d; want 0 and 1", n.Stale, n.StaleRisk)
	}
}

// TestKenterTimes checks the arithmetic of a rendezvous. cpu0 sends at 0; the IPI reaches cpu1 (same socket) at
// 50+10+1000, which handles and acknowledges in 230; the counter's line goes there and back, 100 each way: 1490. The
// PTE takes 15, the release 100 to cpu1, its acknowledgement 30 and the line 200: 1835. Then invlpg here: 120.
func TestKenterTimes(t *testing.T) {
	m := newMachine(t, testSpec(), 2)
	run(t, m, func(c *CPU) {
		c.Kenter(5, m.Page(1))
		if want := Cycles(1490 + 15 + 100 + 30 + 200 + 120); c.Now() != want {
			t.Errorf("clock %d, want %d", c.Now(), want)
		}
	})
	n := m.Counters()
	if n.Kenter != 1 || n.Shootdowns != 1 || n.IPIs != 1 || n.Invlpg != 2 || n.PTEWrites != 1 {
		t.Errorf("%+v", n)
	}
}

func TestNonGlobalEntriesGoWithTheAddressSpace(t *testing.T) {
	for _, global := range []bool{true, false} {
		spec := testSpec()
		spec.KernelGlobal = global
		m := newMachine(t, spec, 1)
		run(t, m, func(c *CPU) {
			c.KenterQuick(5, m.Page(1))
			c.Load(5, m.Page(1))
			c.SwitchAddressSpace()
			c.Load(5, m.Page(1))
		})
		if want := map[bool]int64{true: 1, false: 2}[global]; m.Counters().TLBMisses != want {
			t.Errorf("global %v: %d misses, want %d", global, m.Counters().TLBMisses, want)
		}
	}
}

func TestKVAFreeShootsDownWhatIsValid(t *testing.T) {
	m := newMachine(t, testSpec(), 4)
	run(t, m, func(c *CPU) {
		a, _ := c.KVAAlloc()
		b, _ := c.KVAAlloc()
		c.KenterQuick(a, m.Page(1))
		c.KVAFree(a)
		if c.N.Shootdowns != 1 || c.N.IPIs != 3 {
			t.Errorf("valid PTE: %+v", c.N)
		}
		c.KVAFree(b)
		if c.N.Shootdowns != 1 {
			t.Error("a shootdown for an invalid PTE")
		}
	})
	if m.KVAInUse() != 0 || m.KVAHigh() != 2 {
		t.Errorf("in use %d, high %d", m.KVAInUse(), m.KVAHigh())
	}
}

func TestPromises(t *testing.T) {
	m := newMachine(t, testSpec(), 1)
	run(t, m, func(c *CPU) {
		c.KenterQuick(5, m.Page(1))
		m.Promise(c, 5, m.Page(1))
		m.Promise(c, 5, m.Page(2))
		c.KenterQuick(5, m.Page(3))
		c.Load(6, m.Page(1))
	})
	var kinds []FindingKind
	for _, f := range m.Findings() {
		kinds = append(kinds, f.Kind)
	}
	if len(kinds) != 3 || kinds[0] != DoubleMapping || kinds[1] != ChangedInUse || kinds[2] != UnmappedAccess {
		t.Errorf("%v", kinds)
	}
}

func TestFlushRangeCeiling(t *testing.T) {
	m := newMachine(t, testSpec(), 2)
	run(t, m, func(c *CPU) {
		c.FlushRange(0, 33)
		if c.N.Invlpg != 33 || c.N.Flushes != 0 {
			t.Errorf("33 pages: %+v", c.N)
		}
		c.FlushRange(0, 34)
		if c.N.Invlpg != 33 || c.N.Flushes != 1 {
			t.Errorf("34 pages: %+v", c.N)
		}
	})
}

func TestAddedSockets(t *testing.T) {
	if topo, added := Sockets(testSpec(), 8); topo.Sockets != 2 || added != 0 {
		t.Errorf("8 CPUs: %+v, %d", topo, added)
	}
	if topo, added := Sockets(testSpec(), 17); topo.Sockets != 5 || added != 3 {
		t.Errorf("17 CPUs: %+v, %d", topo, added)
	}
}

func TestSpeculativeFill(t *testing.T) {
	spec := testSpec()
	spec.Speculate = true
	m := newMachine(t, spec, 1)
	run(t, m, func(c *CPU) {
		c.KenterQuick(5, m.Page(1))
		c.KenterQuick(6, m.Page(2))
		c.Load(5, m.Page(1))
		if pg, ok := m.PeekTLB(0, 6); !ok || pg != m.Page(2) {
			t.Error("the next page was not filled")
		}
		if _, accessed := c.PTE(6); !accessed {
			t.Error("a speculative fill did not set Accessed")
		}
		c.FlushLocal()
		if pg, ok := m.PeekTLB(0, 6); !ok || pg != m.Page(2) {
			t.Error("the page that was filled last did not come back after a full flush")
		}
		if _, ok := m.PeekTLB(0, 5); ok {
			t.Error("a full flush left the page that was loaded")
		}
	})
}

// sameAtAnyRunAhead checks that a random program gives one digest whatever the run-ahead, for seeds from 0 and several
// numbers of CPUs.
func sameAtAnyRunAhead(t *testing.T, seeds uint64, digest func(seed uint64, cpus int, ahead Cycles) uint64) {
	t.Helper()
	for seed := range seeds {
		for _, cpus := range []int{2, 3, 8} {
			want := digest(seed, cpus, 0)
			for _, ahead := range []Cycles{1, 250, 999, 1000} {
				if got := digest(seed, cpus, ahead); got != want {
					t.Fatalf("seed %d, %d CPUs: digest %x at run-ahead %d, %x at 0", seed, cpus, got, ahead, want)
				}
			}
		}
	}
}
