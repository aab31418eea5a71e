package smp

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// testCosts are round prices; the least delivery latency is 1000.
func testCosts() Costs {
	return Costs{
		Line:   [NumDistances]Cycles{0, 20, 100, 300},
		Atomic: 10, Lock: 20, Unlock: 5,
		IPISend: 50, IPIQueue: 6, ICR: 4, Cluster: 4, Rearm: 25,
		Deliver: [NumDistances]Cycles{0, 1000, 1100, 1500},
		Handler: 200, Ack: 30, Sleep: 400, Wakeup: 150, WakeUp: 600, Send: 80, Receive: 40, TSC: 25,
	}
}

func newSystem(t testing.TB, n int, ahead *Cycles) (*System, []*CPU) {
	t.Helper()
	return newSystemOf(t, testCosts(), n, ahead)
}

func newSystemOf(t testing.TB, costs Costs, n int, ahead *Cycles) (*System, []*CPU) {
	t.Helper()
	cpus := make([]*CPU, n)
	for i := range cpus {
		cpus[i] = new(CPU)
	}
	s, err := New(Topology{Sockets: max(1, (n+7)/8), Cores: 4, Threads: 2}, costs, Config{RunAhead: ahead}, cpus)
	if err != nil {
		t.Fatal(err)
	}
	return s, cpus
}

type call struct{ pte, inval Cycles }

func (k call) Initiate(*CPU) Cycles { return k.pte }
func (k call) Serve(*CPU) Cycles    { return k.inval }

// checkSums fails unless every CPU's clock is the sum of its charges.
func checkSums(t *testing.T, cpus []*CPU) {
	t.Helper()
	for _, c := range cpus {
		var sum Cycles
		for _, n := range c.spent {
			sum += n
		}
		if sum != c.now {
			t.Errorf("cpu%d: clock %d, charges %d: %v", c.id, c.now, sum, c.spent)
		}
	}
}

func TestLockIsFIFOAndChargesWaits(t *testing.T) {
	s, cpus := newSystem(t, 3, nil)
	l := &SpinLock{Name: "l", IPIs: true}
	var order []int
	err := s.Run(context.Background(), func(c *CPU) error {
		c.Charge(CostWork, Cycles(10*c.ID()))
		c.Lock(l)
		order = append(order, c.ID())
		c.Charge(CostWork, 500)
		c.Unlock(l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// cpu0: lock at 0, 20 to take it, 500, 5 to drop it: free at 525. cpu1 came at 10 and waits 515, and half a transfer of
	// 100 to cpu2, which reads the line too: 50; the line comes from its sibling: 20; then 20+500+5 more. cpu2 came at 20.
	if got := cpus[1].Spent(CostLockWait); got != 515+50 {
		t.Errorf("cpu1 waited %d cycles, want 565", got)
	}
	if want := Cycles(525 + 50 + 20 + 20 + 500 + 5); cpus[1].Now() != want {
		t.Errorf("cpu1 ended at %d, want %d", cpus[1].Now(), want)
	}
	if len(order) != 3 || order[0] != 0 || order[1] != 1 || order[2] != 2 {
		t.Errorf("order %v", order)
	}
	checkSums(t, cpus)
}

func TestRendezvousTimes(t *testing.T) {
	s, cpus := newSystem(t, 2, nil)
	all := FirstCPUs(2)
	err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 0 {
			c.Rendezvous(&all, CPUSync, call{pte: 7, inval: 100})
			return nil
		}
		for i := 0; i < 10; i++ {
			c.Charge(CostWork, 500)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Sent at 0: arrives at 50+10+1000 = 1060; handler 200 and ack 30: 1290; the counter's line goes there and back, 20 each
	// way: known at 1330. PTE 7: released at 1337. cpu1 sees it at 1357 and acks at 1387, which is known at 1427. Its locked
	// add has the line at 1407, and it has served at 1507: 447 cycles stolen.
	if want := Cycles(1427); cpus[0].Now() != want {
		t.Errorf("initiator done at %d, want %d", cpus[0].Now(), want)
	}
	if got, want := cpus[1].Spent(CostStolen), Cycles(1507-1060); got != want {
		t.Errorf("stolen %d, want %d", got, want)
	}
	if cpus[0].Caused() != cpus[1].Spent(CostStolen) {
		t.Errorf("caused %d, stolen %d", cpus[0].Caused(), cpus[1].Spent(CostStolen))
	}
	checkSums(t, cpus)
}

func TestTwoInitiatorsServeEachOther(t *testing.T) {
	s, cpus := newSystem(t, 4, nil)
	all := FirstCPUs(4)
	err := s.Run(context.Background(), func(c *CPU) error {
		for i := 0; i < 20; i++ {
			c.CritEnter()
			c.Rendezvous(&all, CPUSync, call{pte: 7, inval: 100})
			c.CritExit()
			c.Charge(CostWork, Cycles(100*c.ID()))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkSums(t, cpus)
}

func TestRendezvousUnderSpinlockIsNamedDeadlock(t *testing.T) {
	s, _ := newSystem(t, 2, nil)
	l := &SpinLock{Name: "sfbuf_hash"}
	all := FirstCPUs(2)
	err := s.Run(context.Background(), func(c *CPU) error {
		c.Charge(CostWork, Cycles(5*c.ID()))
		c.Lock(l)
		c.Rendezvous(&all, CPUSync, call{})
		c.Unlock(l)
		return nil
	})
	var dead *DeadlockError
	if !errors.As(err, &dead) {
		t.Fatalf("got %v, want a deadlock", err)
	}
	for _, want := range []string{"cpu0 waits in its rendezvous for {1}", "cpu1 spins for lock sfbuf_hash held by cpu0, IPIs held off"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
}

func TestMPLockHolderMayRendezvous(t *testing.T) {
	s, cpus := newSystem(t, 4, nil)
	l := &SpinLock{Name: "mplock", IPIs: true}
	all := FirstCPUs(4)
	err := s.Run(context.Background(), func(c *CPU) error {
		for i := 0; i < 5; i++ {
			c.Lock(l)
			c.CritEnter()
			c.Rendezvous(&all, CPUSync, call{pte: 7, inval: 100})
			c.CritExit()
			c.Unlock(l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkSums(t, cpus)
}

func TestSleepAndWake(t *testing.T) {
	s, cpus := newSystem(t, 3, nil)
	l := &SpinLock{Name: "l", IPIs: true}
	q := &WaitQueue{Name: "q"}
	free := 0
	err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 0 {
			for i := 0; i < 2; i++ {
				c.Charge(CostWork, 5000)
				c.Lock(l)
				free++
				c.WakeupOne(q)
				c.Unlock(l)
			}
			return nil
		}
		c.Lock(l)
		for free == 0 {
			if err := c.Sleep(q, l, false); err != nil {
				return err
			}
		}
		free--
		c.Unlock(l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkSums(t, cpus)
	if cpus[1].Spent(CostSleep) == 0 {
		t.Error("cpu1 did not sleep")
	}
}

func TestSleeperNobodyWakes(t *testing.T) {
	s, _ := newSystem(t, 2, nil)
	err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 1 {
			return c.Sleep(&WaitQueue{Name: "freelist"}, nil, false)
		}
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "cpu1 waits for a wakeup on freelist") {
		t.Fatalf("got %v", err)
	}
}

func TestCancelLeavesNothingBehind(t *testing.T) {
	s, _ := newSystem(t, 4, nil)
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := s.Run(ctx, func(c *CPU) error {
		for {
			c.Charge(CostWork, 100)
			if n++; n == 1000 {
				cancel()
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestTimeIsBounded(t *testing.T) {
	s, _ := newSystem(t, 2, nil)
	err := s.Run(context.Background(), func(c *CPU) error {
		for {
			c.Charge(CostWork, 1<<48)
		}
	})
	if !errors.Is(err, errTooLong) {
		t.Fatalf("got %v", err)
	}
}
