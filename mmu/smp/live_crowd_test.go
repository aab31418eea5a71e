package smp

import (
	"context"
	"runtime"
	"testing"
)

// TestLiveMakesWay: with more CPUs than the host gives, a CPU that computes lets those run for which an initiator waits. It
// once kept its thread for a time slice of 10 ms, and each shootdown waited for one slice of every computing CPU.
func TestLiveMakesWay(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const calls, computing, step = 20, 4, 20_000 // cycles of 1 ns
	s, all := liveSystemOf(t, 1+computing, Live{NoIPICost: true, Unpinned: true}), FirstCPUs(1+computing)
	served := tally{new(int), make([]int, 1+computing)}
	steps := make([]int, 1+computing)
	err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 0 {
			for range calls {
				c.Interrupt(&all, CPUSync, served)
			}
			return nil
		}
		for ; served.at[c.ID()] < calls; steps[c.ID()]++ {
			c.Charge(CostWork, step)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, n := range steps {
		total += n
	}
	if most := calls * computing * 100; total > most {
		t.Errorf("%d steps of computing while %d calls of %d CPUs were served, want at most %d", total, calls, computing, most)
	}
}
