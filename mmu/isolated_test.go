package mmu

import (
	"math/rand/v2"
	"testing"

	"lwbench/internal/testsize"
	"lwbench/mmu/smp"
)

// isolate makes a machine whose last CPU is isolated.
func isolate(t *testing.T, cpus int, ahead *Cycles) *Machine {
	t.Helper()
	spec := testSpec()
	spec.Speculate = ahead != nil
	m, err := New(spec, Options{CPUs: cpus, Pages: 64, KVAPages: 64, Config: smp.Config{RunAhead: ahead}})
	if err != nil {
		t.Fatal(err)
	}
	var last CPUSet
	last.Add(cpus - 1)
	m.Isolate(last)
	return m
}

// TestDeferredFlush: no shootdown interrupts a CPU in user mode or waits for it; it flushes when it enters the kernel, once,
// and finds nothing old.
func TestDeferredFlush(t *testing.T) {
	all := smp.FirstCPUs(2)
	for name, shoot := range map[string]func(c *CPU){
		"Kenter":         func(c *CPU) { c.Kenter(5, c.m.Page(2)) },
		"KenterSync":     func(c *CPU) { c.SetPTE(5, c.m.Page(2)); c.KenterSync(5) },
		"InvalidateMask": func(c *CPU) { c.SetPTE(5, c.m.Page(2)); c.InvalidateMask(5, &all) },
		"FlushRange":     func(c *CPU) { c.SetPTE(5, c.m.Page(2)); c.FlushRange(5, 6) },
		"Qenter":         func(c *CPU) { c.Qenter(5, c.m.Page(2)) },
	} {
		m := isolate(t, 2, nil)
		if err := m.Run(func(c *CPU) error {
			if c.ID() == 0 {
				c.KenterQuick(5, m.Page(1))
				c.Charge(smp.CostWork, 20000)
				shoot(c)
				shoot(c)
				return nil
			}
			c.Charge(smp.CostWork, 5000)
			c.Load(5, m.Page(1))
			c.LeaveKernel()
			c.Charge(smp.CostWork, 40000)
			if c.Spent(smp.CostStolen) != 0 {
				t.Errorf("%s: %d cycles stolen in user mode", name, c.Spent(smp.CostStolen))
			}
			c.EnterKernel()
			c.Load(5, m.Page(2))
			c.LeaveKernel()
			c.EnterKernel()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		n := m.Counters()
		if n.Stale+n.StaleRisk+n.Faults != 0 || n.IPIs != 0 || n.Deferred != 1 {
			t.Errorf("%s: %+v", name, n)
		}
		if got := m.CPU(1).Spent(smp.CostStolen); got != 250 {
			t.Errorf("%s: %d cycles stolen, want one flush", name, got)
		}
	}
}

// TestPreemptedTarget: whoever waits for a vCPU that its host has preempted waits until it runs again.
func TestPreemptedTarget(t *testing.T) {
	m := newMachine(t, testSpec(), 2)
	if err := m.Run(func(c *CPU) error {
		if c.ID() == 1 {
			c.Preempted(50000)
			c.Charge(smp.CostWork, 1000)
			return nil
		}
		c.Charge(smp.CostWork, 1000)
		c.FlushRange(0, 1)
		if c.Now() < 50000 {
			t.Errorf("the shootdown ends at %d, before the target runs", c.Now())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestDigestOfDeferredFlushes: entries into the kernel and shootdowns meet in the same order for every run-ahead, and no
// access in the kernel is stale.
func TestDigestOfDeferredFlushes(t *testing.T) {
	digest := func(seed uint64, cpus int, ahead Cycles) uint64 {
		m := isolate(t, cpus, &ahead)
		lock := &smp.SpinLock{Name: "map", IPIs: true}
		now := 0 // the page at 7, under lock
		if err := m.Run(func(c *CPU) error {
			r := rand.New(rand.NewPCG(seed, uint64(c.ID())))
			for range 60 {
				if c.ID() == cpus-1 {
					c.LeaveKernel()
					c.Charge(smp.CostWork, Cycles(r.IntN(4000)))
					c.EnterKernel()
				} else {
					c.Charge(smp.CostWork, Cycles(r.IntN(2000)))
				}
				c.Lock(lock)
				if c.ID() == cpus-1 || r.IntN(2) == 0 {
					if now > 0 {
						c.Load(7, m.Page(now))
					}
				} else {
					now = 1 + r.IntN(60)
					switch r.IntN(3) {
					case 0:
						c.Kenter(7, m.Page(now))
					case 1:
						c.SetPTE(7, m.Page(now))
						c.FlushRange(7, 8)
					case 2:
						c.SetPTE(7, m.Page(now))
						c.KenterSync(7)
					}
				}
				c.Unlock(lock)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n := m.Counters(); n.Stale+n.StaleRisk+n.Faults != 0 || n.Deferred == 0 {
			t.Fatalf("seed %d, %d CPUs: %+v", seed, cpus, n)
		}
		return m.Digest()
	}
	seeds := testsize.Choose[uint64](5, 40, 200)
	sameAtAnyRunAhead(t, seeds, digest)
}
