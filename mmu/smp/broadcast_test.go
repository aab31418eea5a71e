package smp

import (
	"context"
	"testing"
)

// flood runs n broadcasts of cpu0, one every gap cycles, against cpu1, which works, and returns the CPUs.
func flood(t *testing.T, n int, gap, work Cycles) []*CPU {
	t.Helper()
	s, cpus := newSystem(t, 2, nil)
	b := s.NewBroadcast(call{inval: 800})
	if err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 1 {
			for range 10 {
				c.Charge(CostWork, work/10)
			}
			return nil
		}
		for range n {
			c.Broadcast(b)
			c.Charge(CostWork, gap)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	checkSums(t, cpus)
	return cpus
}

// TestPendingBroadcastsMerge: three interrupts of one vector arrive while the handler of a first one runs; the target
// handles two in all.
func TestPendingBroadcastsMerge(t *testing.T) {
	cpus := flood(t, 4, 100, 100_000)
	// Each takes 200 + 800. The first arrives at 50+4+1000 = 1054 and is over at 2054; the others arrive 154 cycles apart.
	if got := cpus[1].Spent(CostStolen); got != 2*1000 {
		t.Errorf("%d cycles stolen, want 2000", got)
	}
	if got := cpus[0].ICRWrites(); got != 4 {
		t.Errorf("%d ICR writes, want 4", got)
	}
}

// TestLateBroadcastIsHandled: one that arrives after the handler began is not lost.
func TestLateBroadcastIsHandled(t *testing.T) {
	if got := flood(t, 3, 5000, 100_000)[1].Spent(CostStolen); got != 3*1000 {
		t.Errorf("%d cycles stolen, want 3000", got)
	}
}

// TestFloodedCPUMoves: interrupts that arrive faster than they can be handled leave the interrupted code the cycles from
// each handler's end to the next: of 2000 cycles of work 946 are left when the first one arrives, at 1054, and take some
// 38 handlers with 25 cycles after each.
func TestFloodedCPUMoves(t *testing.T) {
	cpus := flood(t, 2000, 100, 2000)
	if got := cpus[1].Spent(CostStolen); got < 36*1000 || got > 40*1000 {
		t.Errorf("%d cycles stolen for 2000 cycles of work, want some 38000", got)
	}
}
