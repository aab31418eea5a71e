package smp

import (
	"context"
	"testing"

	"lwbench/mmu/smp/host"
)

// TestLiveOwn: calls are counted while that is on and not otherwise, looks at the clock and stretches of computing always;
// and IPIs reach a CPU that counts.
func TestLiveOwn(t *testing.T) {
	s, all := liveSystemOf(t, 2, Live{NoIPICost: true}), FirstCPUs(2)
	var lock SpinLock
	served, ready := tally{new(int), make([]int, 2)}, new(host.Bare)
	err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 1 {
			for ready.Load() == 0 {
				c.Order()
			}
			c.Interrupt(&all, CPUSync, served)
			return nil
		}
		before := c.Own()
		for range 100 {
			c.Charge(CostAlloc, 1)
		}
		if n := c.Own().Calls - before.Calls; n != 0 {
			t.Errorf("%d calls counted before counting began", n)
		}
		c.CountCalls(true)
		for range 100 {
			c.Charge(CostAlloc, 1)
			c.Order()
			c.Lock(&lock)
			c.Unlock(&lock)
		}
		if n := c.Own().Calls - before.Calls; n != 300 {
			t.Errorf("%d calls counted of 100 charges, ordered points and locks", n)
		}
		for ready.Store(1); served.at[0] == 0; {
			c.Order()
		}
		c.CountCalls(false)
		before = c.Own()
		for range 100 {
			c.Charge(CostAlloc, lookEvery)
		}
		if own := c.Own(); own.Looks-before.Looks < 50 || own.Calls != before.Calls || own.Works != before.Works {
			t.Errorf("after 100 charges of as long as the CPU goes without a look: %+v, before %+v", own, before)
		}
		c.Charge(CostWork, lookEvery)
		c.Clock()
		if n := c.Own().Works - before.Works; n != 1 {
			t.Errorf("%d stretches of computing, want 1", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
