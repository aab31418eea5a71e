package mmu

import (
	"math/rand/v2"
	"testing"

	"lwbench/internal/testsize"
	"lwbench/mmu/smp"
)

// tlbiSpec is testSpec with instructions that invalidate all TLBs.
func tlbiSpec() *Spec {
	s := testSpec()
	s.SMP.TLBI = smp.TLBICosts{Pages: 8, Issue: 30, Occupies: 50, Each: 4, Sync: [smp.NumDistances]Cycles{0, 970, 980, 1300}}
	return s
}

// TestShootdownsByInstruction: each primitive that waits leaves no old entry anywhere, stops and interrupts no CPU,
// and costs its instructions and their completion.
func TestShootdownsByInstruction(t *testing.T) {
	done := func(n Cycles) Cycles { return max(30*n, 50*n) + 7*4 + 1300 } // 8 CPUs on two sockets
	one, three := smp.FirstCPUs(1), smp.FirstCPUs(3)
	for _, k := range []struct {
		name       string
		do         func(c *CPU)
		cost       Cycles
		broadcasts int64
		ver        bool // the PTE changed, too
	}{
		{"Kenter", func(c *CPU) { c.Kenter(5, c.m.Page(2)) }, 15 + done(1), 1, true},
		{"KenterSync", func(c *CPU) { c.KenterSync(5) }, done(1), 1, false},
		{"Kremove", func(c *CPU) { c.Kremove(5) }, 15 + done(1), 1, true},
		{"InvalidateMask", func(c *CPU) { c.InvalidateMask(5, &three) }, done(1), 1, false},
		{"InvalidateMask of itself", func(c *CPU) { c.InvalidateMask(5, &one) }, 120 + 20 + 5, 0, false},
		{"FlushRange", func(c *CPU) { c.FlushRange(0, 17) }, done(3), 3, false},
		{"FlushRange of many", func(c *CPU) { c.FlushRange(0, 100) }, done(1), 1, false},
	} {
		m := newMachine(t, tlbiSpec(), 8)
		ops := []func(c *CPU){
			func(c *CPU) { c.KenterQuick(5, m.Page(1)) },
			func(c *CPU) { c.Load(5, m.Page(1)) },
			func(c *CPU) {
				if k.ver {
					return
				}
				c.SetPTE(5, m.Page(3))
			},
			func(c *CPU) {
				from := c.Now()
				k.do(c)
				if got := c.Now() - from; got != k.cost {
					t.Errorf("%s costs %d, want %d", k.name, got, k.cost)
				}
			},
			func(*CPU) {},
		}
		cpu := []int{0, 1, 0, 0, 1}
		if err := m.Serial(len(ops), func(i int) (int, func(*CPU) error) {
			return cpu[i], func(c *CPU) error { ops[i](c); return nil }
		}); err != nil {
			t.Fatal(err)
		}
		if _, held := m.PeekTLB(1, 5); held == (k.broadcasts > 0) || m.MayHoldOld(1, 5) == (k.broadcasts > 0) {
			t.Errorf("%s: cpu1 holds an entry: %v, perhaps an old one: %v", k.name, held, m.MayHoldOld(1, 5))
		}
		n := m.Counters()
		if n.Broadcasts != k.broadcasts || n.IPIs != 0 || n.ICRWrites != 0 || n.Stale+n.StaleRisk+n.Faults != 0 || m.Spent(smp.CostStolen) != 0 {
			t.Errorf("%s: %+v", k.name, n)
		}
	}
}

// TestInstructionNobodyWaitsFor: Qenter flushes the others some time after it has returned.
func TestInstructionNobodyWaitsFor(t *testing.T) {
	m := newMachine(t, tlbiSpec(), 2)
	stale := int64(0)
	if err := m.Run(func(c *CPU) error {
		if c.ID() == 0 {
			c.KenterQuick(5, m.Page(1))
			c.Charge(smp.CostWork, 5000)
			c.Qenter(5, m.Page(2))
			return nil
		}
		c.Charge(smp.CostWork, 4900)
		c.Load(5, m.Page(1))
		c.Charge(smp.CostWork, 800)
		c.Load(5, m.Page(2)) // Qenter has returned
		stale = c.N.Stale
		c.Charge(smp.CostWork, 1000)
		c.Load(5, m.Page(2))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n := m.Counters(); stale != 1 || n.Stale != 1 || n.Broadcasts != 1 || n.Shootdowns != 1 {
		t.Errorf("%d stale accesses before the flush: %+v", stale, n)
	}
}

// TestDigestByInstruction: programs of all primitives give the same digest for every run-ahead.
func TestDigestByInstruction(t *testing.T) {
	digest := func(seed uint64, cpus int, ahead Cycles) uint64 {
		spec := tlbiSpec()
		spec.Speculate = true // PTEs are written and walked with nothing that orders the accesses: each is an ordered point
		m, err := New(spec, Options{CPUs: cpus, Pages: 64, KVAPages: 32, Config: smp.Config{RunAhead: &ahead}})
		if err != nil {
			t.Fatal(err)
		}
		all := smp.FirstCPUs(cpus)
		if err := m.Run(func(c *CPU) error {
			r := rand.New(rand.NewPCG(seed, uint64(c.ID())))
			for range 80 {
				kva, pg := KVA(r.IntN(24)), m.Page(r.IntN(64))
				switch r.IntN(12) {
				case 0:
					c.Kenter(kva, pg)
				case 1:
					c.FlushRange(kva, kva+1+KVA(r.IntN(7)))
				case 2:
					c.InvalidateMask(kva, &all)
				case 3:
					c.Qenter(kva, pg)
				case 4:
					c.KenterQuick(kva, pg)
				case 5:
					c.CritEnter()
					for range 20 {
						c.Load(kva, pg)
						c.Charge(smp.CostWork, 90)
					}
					c.CritExit()
				case 6:
					c.Charge(smp.CostWork, Cycles(r.IntN(3000)))
				default:
					for range r.IntN(20) {
						c.Load(KVA(r.IntN(24)), pg)
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for i := range cpus { // the oracle looks at PTEs that others may write: designs have no such race
			m.CPU(i).N.Stale, m.CPU(i).N.StaleRisk = 0, 0
		}
		return m.Digest()
	}
	seeds := testsize.Choose[uint64](6, 40, 200)
	sameAtAnyRunAhead(t, seeds, digest)
}

// TestRefillAfterFullFlush: the first walk after a full flush, by whatever means, also pays for the kernel's other
// translations; the next one does not.
func TestRefillAfterFullFlush(t *testing.T) {
	for name, flush := range map[string]func(c *CPU){
		"local":       func(c *CPU) { c.FlushLocal() },
		"range":       func(c *CPU) { c.FlushRange(0, 100) },
		"instruction": func(c *CPU) { c.FlushRange(0, 100) },
		"none":        func(c *CPU) { c.FlushRange(5, 7) },
	} {
		spec, cpus := testSpec(), 1
		if name == "instruction" {
			spec, cpus = tlbiSpec(), 2
		}
		spec.TLB.Kernel = 10
		m := newMachine(t, spec, cpus)
		run(t, m, func(c *CPU) {
			c.KenterQuick(5, m.Page(1))
			c.KenterQuick(6, m.Page(2))
			flush(c)
			want := Cycles(11 * 40)
			if name == "none" {
				want = 40
			}
			for kva := KVA(5); kva < 7; kva++ {
				from := c.Spent(smp.CostTLB)
				c.Load(kva, m.Page(int(kva)-4))
				if got := c.Spent(smp.CostTLB) - from; got != want {
					t.Errorf("%s: the access of %v costs %d, want %d", name, kva, got, want)
				}
				want = 40
			}
		})
	}
}
