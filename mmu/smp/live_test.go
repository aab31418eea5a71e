package smp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lwbench/internal/testsize"
)

// liveSystemOf makes a System of n real threads.
func liveSystemOf(t testing.TB, n int, opt Live) *System {
	t.Helper()
	if opt.Hz = 1e9; opt.Stall == 0 {
		opt.Stall = 20
	}
	cpus := make([]*CPU, n)
	for i := range cpus {
		cpus[i] = new(CPU)
	}
	s, err := New(Topology{2, 4, 1}, testCosts(), Config{Live: &opt}, cpus)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tally is a call that counts where it ran; total is guarded by nothing but the engine.
type tally struct {
	total *int
	at    []int
}

func (k tally) Initiate(*CPU) Cycles { *k.total++; return 0 }
func (k tally) Serve(c *CPU) Cycles  { k.at[c.ID()]++; return 0 }

// TestLiveExclusion: a lock excludes, a rendezvous stops everybody, each target serves each call once.
func TestLiveExclusion(t *testing.T) {
	for _, cpus := range []int{1, 2, 3, 8} {
		for _, ipis := range []bool{true, false} {
			const each = 200
			s, l, n := liveSystemOf(t, cpus, Live{NoIPICost: ipis}), SpinLock{Name: "L", IPIs: ipis}, 0
			all, calls := FirstCPUs(cpus), tally{new(int), make([]int, cpus)}
			giant := SpinLock{Name: "giant", IPIs: true}
			err := s.Run(context.Background(), func(c *CPU) error {
				for range each {
					c.Lock(&l)
					n++
					c.Unlock(&l)
					c.Lock(&giant)
					c.Rendezvous(&all, CPUSync, calls)
					c.Unlock(&giant)
				}
				return nil
			})
			if err != nil || n != cpus*each || *calls.total != cpus*each {
				t.Fatalf("%d CPUs: %v, %d and %d; want %d", cpus, err, n, *calls.total, cpus*each)
			}
			for id, got := range calls.at {
				if want := (cpus - 1) * each; got != want {
					t.Errorf("%d CPUs: cpu%d served %d calls, want %d", cpus, id, got, want)
				}
			}
		}
	}
}

// TestLiveInitiators: initiators that stop each other at the same time all come through, in critical sections too.
func TestLiveInitiators(t *testing.T) {
	for _, cpus := range []int{2, 3, 8} {
		s, all := liveSystemOf(t, cpus, Live{NoIPICost: true}), FirstCPUs(cpus)
		served := make([]tally, cpus)
		for i := range served {
			served[i] = tally{new(int), make([]int, cpus)}
		}
		const each = 300
		cast := s.NewBroadcast(noCall{})
		err := s.Run(context.Background(), func(c *CPU) error {
			for i := range each {
				switch c.CritEnter(); i % 3 {
				case 0:
					c.Rendezvous(&all, CPUSync, served[c.ID()])
				case 1:
					c.Interrupt(&all, Method{Send: Shorthand, Ack: Flags}, served[c.ID()])
				case 2:
					c.Broadcast(cast)
				}
				c.CritExit()
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range served {
			for id, got := range k.at {
				if id != i && got != 2*each/3 {
					t.Errorf("%d CPUs: cpu%d served cpu%d %d times, want %d", cpus, id, i, got, 2*each/3)
				}
			}
		}
	}
}

// TestLiveCharge: an IPI reaches a CPU whose charges never come to its deadline, in and after a critical section, and
// work that is charged in small pieces takes its time.
func TestLiveCharge(t *testing.T) {
	s, all := liveSystemOf(t, 2, Live{NoIPICost: true}), FirstCPUs(2)
	var done Word
	err := s.Run(t.Context(), func(c *CPU) error {
		if c.ID() == 0 {
			for range 50 {
				c.Rendezvous(&all, CPUSync, noCall{})
			}
			done.Set(1)
			return nil
		}
		for done.Peek() == 0 {
			c.CritEnter()
			c.Charge(CostAlloc, 0)
			c.CritExit()
			c.Charge(CostAlloc, 0)
		}
		since := c.Clock()
		for range 10_000 {
			c.Charge(CostWork, 10)
		}
		if took := c.Clock() - since; took < 100_000 {
			t.Errorf("100000 cycles of work took %d", took)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

type noCall struct{}

func (noCall) Initiate(*CPU) Cycles { return 0 }
func (noCall) Serve(*CPU) Cycles    { return 0 }

// TestLiveSleep: sleepers are woken, first come first woken, and a signal ends a sleep that may be interrupted.
func TestLiveSleep(t *testing.T) {
	const rounds = 50
	s, l, q := liveSystemOf(t, 4, Live{}), SpinLock{Name: "L", IPIs: true}, WaitQueue{Name: "q"}
	free, all := 1, FirstCPUs(4)
	err := s.Run(context.Background(), func(c *CPU) error {
		for range rounds {
			c.Lock(&l)
			for free == 0 {
				if err := c.Sleep(&q, &l, false); err != nil {
					return err
				}
			}
			free--
			c.Unlock(&l)
			c.Rendezvous(&all, CPUSync, noCall{}) // sleepers are not waited for
			c.Lock(&l)
			free++
			c.WakeupOne(&q)
			c.Unlock(&l)
		}
		return nil
	})
	if err != nil || free != 1 {
		t.Fatalf("%v, %d free", err, free)
	}
	s = liveSystemOf(t, 2, Live{})
	err = s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 0 {
			return c.Sleep(&q, nil, true)
		}
		for !c.Signal(0) {
			c.Charge(CostWork, 1000)
		}
		return nil
	})
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("%v, want %v", err, ErrInterrupted)
	}
}

// TestLiveMessages: messages arrive in the order sent, after the IPIs that were sent before them.
func TestLiveMessages(t *testing.T) {
	s := liveSystemOf(t, 2, Live{})
	k := tally{new(int), make([]int, 2)}
	cast := s.NewBroadcast(k)
	err := s.Run(context.Background(), func(c *CPU) error {
		for i := range 300 {
			if c.ID() == 0 {
				c.Broadcast(cast)
				c.Send(1, i)
				if i%50 == 0 {
					c.Idle(200_000)
				}
				continue
			}
			msg, ok := c.RecvUntil(Forever)
			if !ok || msg != i || k.at[1] <= i {
				t.Errorf("message %d: %v, %v; %d IPIs served", i, msg, ok, k.at[1])
			}
		}
		if msg, ok := c.RecvUntil(c.Now() + 1000); ok {
			t.Errorf("cpu%d: %v from nowhere", c.ID(), msg)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLiveSerial: operations run one after another, each on its CPU, and one that can never end is a deadlock.
func TestLiveSerial(t *testing.T) {
	const n = 200
	s, at, k := liveSystemOf(t, 3, Live{}), 0, tally{new(int), make([]int, 3)}
	cast := s.NewBroadcast(k)
	err := s.Serial(context.Background(), n, func(i int) (int, func(*CPU) error) {
		return i * 7 % 3, func(c *CPU) error {
			if at != i || c.ID() != i*7%3 {
				t.Errorf("operation %d as number %d on cpu%d", i, at, c.ID())
			}
			if served := k.at[c.ID()]; i > 0 && c.ID() != (i-1)*7%3 && served == 0 {
				t.Errorf("operation %d: the broadcast has not come", i)
			}
			at++
			c.Broadcast(cast)
			return nil
		}
	})
	if err != nil || at != n {
		t.Fatalf("%v after %d operations", err, at)
	}
	q := WaitQueue{Name: "q"}
	err = liveSystemOf(t, 3, Live{Stall: 0.2}).Serial(context.Background(), 2, func(i int) (int, func(*CPU) error) {
		return i, func(c *CPU) error { return c.Sleep(&q, nil, false) }
	})
	var dead *DeadlockError
	if !errors.As(err, &dead) || !strings.Contains(err.Error(), "cpu0 waits for a wakeup on q") {
		t.Error(err)
	}
}

// TestLiveMessageOnTheWayToIdle: a message that is served while its receiver goes idle must end the idling. Two CPUs
// pass a ball to and fro at every distance in time between the look into the mailbox and the step to idle.
func TestLiveMessageOnTheWayToIdle(t *testing.T) {
	rounds := testsize.Choose(20_000, 20_000, 200_000)
	s := liveSystemOf(t, 2, Live{NoIPICost: true, Stall: 1})
	err := s.Run(context.Background(), func(c *CPU) error {
		for i := range rounds {
			if i%2 == c.ID() {
				c.Charge(CostWork, Cycles(i%64))
				c.Send(1-c.ID(), i)
				continue
			}
			if msg, ok := c.RecvUntil(Forever); !ok || msg.(int) != i {
				return fmt.Errorf("got %v, want %d", msg, i)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
