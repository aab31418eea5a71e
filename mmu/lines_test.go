package mmu

import (
	"testing"

	"lwbench/mmu/smp"
)

// TestNeighboursShareAPTELine: two CPUs of one socket in turn map pages at addresses whose PTEs share a line, and
// then in separate lines. Moving a line costs 100.
func TestNeighboursShareAPTELine(t *testing.T) {
	for _, k := range []struct {
		kva  [2]KVA
		want int64
	}{{[2]KVA{8, 15}, 5}, {[2]KVA{8, 16}, 0}} {
		spec := testSpec()
		spec.PTELines = true
		m := newMachine(t, spec, 2)
		if err := m.Serial(6, func(i int) (int, func(*CPU) error) {
			return i % 2, func(c *CPU) error {
				c.KenterQuick(k.kva[i%2], m.Page(i))
				c.Order() // the line moves here
				return nil
			}
		}); err != nil {
			t.Fatal(err)
		}
		n := m.Counters()
		if n.PTELines != k.want {
			t.Errorf("%v: %d transfers, want %d", k.kva, n.PTELines, k.want)
		}
		if got, want := m.Spent(smp.CostPTE), Cycles(6*15)+Cycles(k.want)*100; got != want {
			t.Errorf("%v: %d cycles for PTEs, want %d", k.kva, got, want)
		}
	}
}

// TestWalksShareAPTELine: a walk that sets Accessed writes the line; later walks of other CPUs read copies of it, and
// the next write takes it from all of them.
func TestWalksShareAPTELine(t *testing.T) {
	spec := testSpec()
	spec.PTELines = true
	m := newMachine(t, spec, 3)
	steps := []func(c *CPU){
		func(c *CPU) { c.KenterQuick(8, m.Page(1)) }, // cpu0: first touch, no transfer
		func(c *CPU) { c.Load(8, m.Page(1)) },        // cpu1 sets Accessed: 100
		func(c *CPU) { c.Load(8, m.Page(1)) },        // cpu2 reads: 100
		func(c *CPU) { c.Load(8, m.Page(1)) },        // cpu1 hits in its TLB
		func(c *CPU) { c.SetPTE(8, m.Page(2)) },      // cpu0 takes it from both: 100
	}
	cpu := []int{0, 1, 2, 1, 0}
	if err := m.Serial(len(steps), func(i int) (int, func(*CPU) error) {
		return cpu[i], func(c *CPU) error { steps[i](c); c.Order(); return nil }
	}); err != nil {
		t.Fatal(err)
	}
	if n := m.Counters(); n.PTELines != 3 {
		t.Errorf("%d transfers, want 3", n.PTELines)
	}
}

// TestCopyByPlace: the cost of a page depends on where it is: first memory, then the cache of the last user, then
// this core's.
func TestCopyByPlace(t *testing.T) {
	spec := testSpec() // two sockets of four cores
	spec.MMU.CopySocket, spec.MMU.CopyRemote, spec.MMU.CopyMemory = 1500, 2500, 2000
	m := newMachine(t, spec, 8)
	steps := []struct {
		cpu   int
		write bool
		want  Cycles
	}{
		{0, true, 2000},  // from memory
		{0, false, 1000}, // in this core's cache
		{1, false, 1500}, // from cpu0
		{1, false, 1000}, // a copy is in this core's cache
		{7, true, 2500},  // from the other socket
		{0, false, 2500}, // and back
	}
	if err := m.Serial(len(steps), func(i int) (int, func(*CPU) error) {
		k := steps[i]
		return k.cpu, func(c *CPU) error {
			before := c.Spent(smp.CostUse)
			c.Copy(m.Page(5), 4096, k.write)
			c.Order()
			if got := c.Spent(smp.CostUse) - before; got != k.want {
				t.Errorf("copy %d: %d cycles, want %d", i, got, k.want)
			}
			return nil
		}
	}); err != nil {
		t.Fatal(err)
	}
}
