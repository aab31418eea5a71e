package smp

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestFullQueueHoldsTheSender: the tenth message to a CPU that takes no IPIs leaves when that CPU has taken some, and all
// arrive in order. Other CPUs' queues are their own.
func TestFullQueueHoldsTheSender(t *testing.T) {
	const section = 200_000
	s, _ := newSystem(t, 3, nil)
	var nine, ten, other Cycles
	var got []int
	err := s.Run(context.Background(), func(c *CPU) error {
		switch c.ID() {
		case 0:
			for i := range 12 {
				if c.Send(1, i); i == highWater {
					nine = c.Now()
				}
				if i == highWater+1 {
					ten = c.Now()
				}
			}
		case 1:
			c.CritEnter()
			c.Charge(CostWork, section)
			c.CritExit()
			for len(got) < 13 {
				m, _ := c.RecvUntil(Forever)
				got = append(got, m.(int))
			}
		case 2:
			c.Send(1, 100)
			other = c.Now()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if nine >= section || ten < section || ten > section+10_000 || other >= section {
		t.Errorf("sent the ninth by %d, the tenth by %d, from another CPU by %d: the target took IPIs at %d", nine, ten, other, section)
	}
	for i, want := 0, 0; i < len(got); i++ {
		if got[i] == 100 {
			continue
		}
		if got[i] != want {
			t.Fatalf("received %v", got)
		}
		want++
	}
}

// TestSendersThatFillEachOthersQueues: two CPUs that send to each other with interrupts disabled while they wait for room are
// deadlocked where each has filled the other's queue. If they serve IPIs meanwhile, as lwkt_send_ipiq does, they are not.
func TestSendersThatFillEachOthersQueues(t *testing.T) {
	const want = "deadlock: cpu0 waits for room in its IPI queue to cpu1, IPIs held off; cpu1 waits for room in its IPI queue to cpu0, IPIs held off"
	run := func(s *System, by Method) error {
		return s.Run(context.Background(), func(c *CPU) error {
			c.CritEnter()
			for i := range 12 {
				c.SendBy(1-c.ID(), by, i)
			}
			c.CritExit()
			return nil
		})
	}
	for _, masked := range []bool{false, true} {
		by, dead := CPUSync, 0
		by.Masked = masked
		for seed := range uint64(50) {
			s, _ := explored(t, 2, &dice{r: rand.New(rand.NewPCG(seed, 6))})
			if err := run(s, by); err != nil {
				if dead++; err.Error() != want {
					t.Fatal(err)
				}
			}
		}
		s, _ := newSystem(t, 2, nil)
		if err := run(s, by); masked != (dead > 0) || masked != (err != nil) || masked && err.Error() != want {
			t.Errorf("masked %t: %d deadlocks in explorations; by the clock: %v", masked, dead, err)
		}
	}
}

// TestFullQueueUnderALock: a CPU that fills a queue while it holds a lock is deadlocked if the target spins for that lock
// with IPIs held off. A rendezvous needs room as well.
func TestFullQueueUnderALock(t *testing.T) {
	for _, rendezvous := range []bool{false, true} {
		for seed := range uint64(50) {
			s, _ := explored(t, 2, &dice{r: rand.New(rand.NewPCG(seed, 7))})
			l := &SpinLock{Name: "hash"}
			on := FirstCPUs(2)
			err := s.Run(context.Background(), func(c *CPU) error {
				c.Lock(l)
				if c.ID() == 0 {
					for i := range highWater + 1 {
						c.Send(1, i)
					}
					if rendezvous {
						c.Rendezvous(&on, CPUSync, &work{})
					} else {
						c.Send(1, 0)
					}
				}
				c.Unlock(l)
				return nil
			})
			var dead *DeadlockError
			switch {
			case err == nil:
			case !errors.As(err, &dead) || len(dead.Waits) != 2:
				t.Fatal(err)
			case strings.Contains(err.Error(), "cpu0 waits for room in its IPI queue to cpu1") &&
				strings.Contains(err.Error(), "cpu1 spins for lock hash held by cpu0, IPIs held off"):
				return
			}
		}
		t.Errorf("rendezvous %t: no deadlock in 50 explorations", rendezvous)
	}
}
