package lwbufrbtree

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// missCosts maps and frees pages 1 to n one after another on one CPU with a KVA window of so many pages, and returns the cycles
// of each. Before the last one the CPU computes for wait cycles.
func missCosts(t *testing.T, n, window int, most, scope int64, wait mmu.Cycles) (costs []mmu.Cycles) {
	t.Helper()
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 1, Pages: n + 1, KVAPages: window})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Design.New(m, allocators.Tuning{maxKnob.Name: most, scopeKnob.Name: scope})
	if err != nil {
		t.Fatal(err)
	}
	err = m.Serial(n, func(i int) (int, func(*mmu.CPU) error) {
		return 0, func(c *mmu.CPU) error {
			if i == n-1 {
				c.Charge(smp.CostWork, wait)
			}
			before := c.Now()
			b, err := a.Alloc(c, m.Page(i+1), 0)
			if err != nil {
				return err
			}
			a.Free(c, b)
			costs = append(costs, c.Now()-before)
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return costs
}

// TestKVAUsedUp: a tree that found no KVA recycles, as one at its maximum does, and asks the kernel map again only after a
// second. 256 CPUs that asked at every miss waited for each other at kernel_map, 660,000 cycles for each use.
func TestKVAUsedUp(t *testing.T) {
	s := alloctest.Spec()
	asked := s.SMP.Lock + s.SMP.Unlock + s.MMU.KVAAlloc
	for scope, name := range scopeKnob.Values {
		full := missCosts(t, 9, 64, 3, int64(scope), 0)
		for _, k := range []struct {
			wait mmu.Cycles
			asks mmu.Cycles // how often the last miss asks the kernel map
		}{{0, 0}, {mmu.Cycles(s.ClockHz), 1}} {
			dry := missCosts(t, 9, 3, 8, int64(scope), k.wait)
			for i := 4; i < 8; i++ {
				if dry[i] != full[i] {
					t.Errorf("%s: miss %d costs %d cycles, and %d in a tree at its maximum", name, i, dry[i], full[i])
				}
			}
			if more := dry[8] - full[8]; more/asked != k.asks {
				t.Errorf("%s: %d cycles later a miss costs %d more, want %d times %d and a little", name, k.wait, more, k.asks, asked)
			}
		}
	}
}
