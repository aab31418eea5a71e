package smp

import (
	"context"
	"testing"

	"lwbench/mmu/smp/host"
)

// standing is a call whose initiator looks whether anybody moves while all stand still.
type standing struct{ inside *host.Bare }

func (k standing) Initiate(*CPU) Cycles {
	k.inside.Store(1)
	host.SpinUntil(host.Nanos() + 30_000)
	k.inside.Store(0)
	return 0
}
func (standing) Serve(*CPU) Cycles { return 0 }

// TestLiveStandsStill: while a rendezvous is on nobody runs, whether it was stopped at work or while it idled.
func TestLiveStandsStill(t *testing.T) {
	const cpus = 3
	s, all, k := liveSystemOf(t, cpus, Live{NoIPICost: true}), FirstCPUs(cpus), standing{new(host.Bare)}
	err := s.Run(context.Background(), func(c *CPU) error {
		for range 300 {
			switch c.ID() {
			case 0:
				c.Rendezvous(&all, CPUSync, k)
			case 1:
				c.Idle(10_000)
			case 2:
				c.Charge(CostWork, 10_000)
			}
			if k.inside.Load() != 0 {
				t.Errorf("cpu%d runs while all stand still", c.ID())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
