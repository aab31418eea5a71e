package smp

import (
	"context"
	"testing"
)

// TestStoppedInACriticalSection: a CPU that is stopped when its own rendezvous ends, in a critical section, still arrives at the
// rendezvous of others, as in DragonFly's IPI handler. Otherwise initiators wait for each other: sendfile on lwbuf-2010-owner
// deadlocked at 64 CPUs. Here cpu1 and cpu9 stop cpu0 and cpu8, and each reaches the one in its own socket first. In the 400 cycles
// before the second IPI arrives, the rendezvous of cpu0 and cpu8 with an idle CPU end.
func TestStoppedInACriticalSection(t *testing.T) {
	const start = 700 // of cpu1 and cpu9; from 550 to 850 it deadlocked
	s, cpus := newSystem(t, 16, nil)
	targets := map[int][]int{0: {2}, 8: {10}, 1: {0, 8}, 9: {0, 8}}
	err := s.Run(context.Background(), func(c *CPU) error {
		var on CPUSet
		for _, id := range targets[c.ID()] {
			on.Add(id)
		}
		if on.Count() == 2 {
			c.Charge(CostWork, start)
		}
		c.CritEnter()
		c.Rendezvous(&on, CPUSync, call{pte: 7, inval: 100})
		c.CritExit()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkSums(t, cpus)
}
