package smp

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lwbench/mmu/smp/host"
)

// TestLiveDeadlock: who waits for whom is said, and the run ends.
func TestLiveDeadlock(t *testing.T) {
	a, b := SpinLock{Name: "A"}, SpinLock{Name: "B"}
	q, all := WaitQueue{Name: "nothing"}, FirstCPUs(2)
	var both Word
	for _, k := range []struct {
		name string
		body func(c *CPU)
		want []string
	}{
		{"rendezvous under a lock", func(c *CPU) {
			if c.ID() == 0 {
				c.Lock(&a)
				c.Send(1, nil)
				for c.sys.cpus[1].live.waiting.Load()&(heldOff-1) != waitsForLock {
					c.Charge(CostWork, 1000)
				}
				c.Rendezvous(&all, CPUSync, noCall{})
				c.Unlock(&a)
				return
			}
			c.RecvUntil(Forever)
			c.Lock(&a)
		}, []string{"cpu0 waits in its rendezvous for {1}", "cpu1 spins for lock A held by cpu0, IPIs held off"}},
		{"two locks", func(c *CPU) {
			first, second := &a, &b
			if c.ID() == 1 {
				first, second = &b, &a
			}
			c.Lock(first)
			for both.Add(c, 1); both.Load(c) < 2; { // a loaded host may let one thread run long before the other
				c.Charge(CostWork, 1000)
			}
			c.Lock(second)
		}, []string{"cpu0 spins for lock B held by cpu1", "cpu1 spins for lock A held by cpu0"}},
		{"lost wakeup", func(c *CPU) {
			if c.ID() == 1 {
				_ = c.Sleep(&q, nil, false)
			}
		}, []string{"cpu1 waits for a wakeup on nothing"}},
	} {
		a, b, q = SpinLock{Name: "A"}, SpinLock{Name: "B"}, WaitQueue{Name: "nothing"}
		s := liveSystemOf(t, 2, Live{Stall: 0.2})
		err := s.Run(context.Background(), func(c *CPU) error { k.body(c); return nil })
		var dead *DeadlockError
		if !errors.As(err, &dead) {
			t.Fatalf("%s: %v", k.name, err)
		}
		for _, want := range k.want {
			if !strings.Contains(dead.Error(), want) {
				t.Errorf("%s: %v; want %q", k.name, dead, want)
			}
		}
	}
}

// TestLiveEnds: cancelled, failed or panicking, a run ends soon and leaves no goroutine and no affinity behind.
func TestLiveEnds(t *testing.T) {
	defer goleak.VerifyNone(t)
	runtime.LockOSThread()
	before := host.Available()
	l := SpinLock{Name: "L"}
	spin := func(c *CPU) error {
		if c.ID() == 0 {
			c.Lock(&l)
			for {
				c.Charge(CostAlloc, 1)
			}
		}
		c.Lock(&l)
		return nil
	}
	for _, cpus := range []int{2, 8} {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		l = SpinLock{Name: "L"}
		err := liveSystemOf(t, cpus, Live{}).Run(ctx, spin)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d CPUs: %v", cpus, err)
		}
		cancel()
		l = SpinLock{Name: "L"}
		broken := errors.New("broken")
		err = liveSystemOf(t, cpus, Live{}).Run(context.Background(), func(c *CPU) error {
			if c.ID() == 1 {
				return broken
			}
			return spin(c)
		})
		if !errors.Is(err, broken) {
			t.Errorf("%d CPUs: %v, want %v", cpus, err, broken)
		}
		l = SpinLock{Name: "L"}
		err = liveSystemOf(t, cpus, Live{}).Run(context.Background(), func(c *CPU) error {
			if c.ID() == 1 {
				panic("broken invariant")
			}
			return spin(c)
		})
		if p := new(Panic); !errors.As(err, &p) || p.Body != 1 || !strings.Contains(p.Error(), "TestLiveEnds") {
			t.Errorf("%d CPUs: %v, want cpu1's panic with its stack", cpus, err)
		}
	}
	if after := host.Available(); len(after.Allowed) != len(before.Allowed) {
		t.Errorf("host CPUs %v, then %v", before, after)
	}
	runtime.UnlockOSThread()
}
