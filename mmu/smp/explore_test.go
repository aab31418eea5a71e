package smp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// dice is a Scheduler that chooses at random.
type dice struct {
	r    *rand.Rand
	most int // points after which it ends the run; 0 is never
	n    int
}

func (d *dice) Next(ready []Actor) int {
	if d.n++; d.n == d.most {
		return -1
	}
	return d.r.IntN(len(ready))
}

func explored(t testing.TB, n int, by Scheduler) (*System, []*CPU) {
	t.Helper()
	cpus := make([]*CPU, n)
	for i := range cpus {
		cpus[i] = new(CPU)
	}
	s, err := New(Topology{Sockets: 1, Cores: 4, Threads: 2}, testCosts(), Config{Scheduler: by}, cpus)
	if err != nil {
		t.Fatal(err)
	}
	return s, cpus
}

// TestExploredRunsAreRuns: whoever is chosen, locks exclude, rendezvous stop, sleepers wake, and every clock is the sum
// of its charges.
func TestExploredRunsAreRuns(t *testing.T) {
	for seed := range uint64(3000) {
		n := 2 + int(seed%3)
		s, cpus := explored(t, n, &dice{r: rand.New(rand.NewPCG(seed, 1))})
		l, q, inside, stopped, left := &SpinLock{Name: "l"}, &WaitQueue{Name: "q"}, 0, 0, n
		on := FirstCPUs(n)
		err := s.Run(context.Background(), func(c *CPU) error {
			for range 3 {
				c.Pause()
				if stopped > 0 {
					t.Errorf("seed %d: cpu%d runs while a rendezvous holds it", seed, c.id)
				}
				c.Lock(l)
				if inside++; inside != 1 {
					t.Errorf("seed %d: %d inside the lock", seed, inside)
				}
				c.Charge(CostWork, 10)
				inside--
				c.Unlock(l)
				if seed%2 == 0 {
					c.CritEnter()
				}
				c.Rendezvous(&on, CPUSync, &census{cpus: cpus, stopped: &stopped})
				if seed%2 == 0 {
					c.CritExit()
				}
				c.Charge(CostWork, 10)
			}
			c.Lock(l)
			if left--; left > 0 {
				_ = c.Sleep(q, l, false)
			}
			c.Unlock(l)
			c.WakeupOne(q)
			return nil
		})
		if err != nil {
			t.Fatalf("seed %d, %d CPUs: %v", seed, n, err)
		}
		checkSums(t, cpus)
		if t.Failed() {
			return
		}
	}
}

// census is a Call that marks the time between the stop and the first release.
type census struct {
	cpus    []*CPU
	stopped *int
}

func (k *census) Initiate(c *CPU) Cycles {
	*k.stopped++
	for _, d := range k.cpus {
		if d != c && d.stops == 0 && d.state == running {
			panic(fmt.Sprintf("cpu%d was not stopped", d.id))
		}
	}
	*k.stopped--
	return 1
}
func (k *census) Serve(*CPU) Cycles { return 1 }

// TestExploringFindsOrders: all six orders of three CPUs at a lock, which the clock alone does not give.
func TestExploringFindsOrders(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(100) {
		s, _ := explored(t, 3, &dice{r: rand.New(rand.NewPCG(seed, 2))})
		l, order := &SpinLock{}, ""
		_ = s.Run(context.Background(), func(c *CPU) error {
			c.Lock(l)
			order += fmt.Sprint(c.id)
			c.Unlock(l)
			return nil
		})
		seen[order] = true
	}
	if len(seen) != 6 {
		t.Errorf("%d orders: %v", len(seen), seen)
	}
}

// TestInterrupt: a handler runs at some charge, never in a critical section and never while a lock is held.
func TestInterrupt(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(300) {
		s, _ := explored(t, 2, &dice{r: rand.New(rand.NewPCG(seed, 3))})
		l, where, at := &SpinLock{IPIs: true}, "before", ""
		err := s.Run(context.Background(), func(c *CPU) error {
			if c.id == 1 {
				return nil
			}
			c.Pend(func() { c.Charge(CostWork, 1); at = where })
			step := func(name string) { where = name; c.Charge(CostWork, 1) }
			step("plain")
			c.CritEnter()
			step("crit")
			where = "between"
			c.CritExit()
			c.Lock(l)
			step("locked")
			where = "after"
			c.Unlock(l)
			for len(c.pended) > 0 {
				step("after")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		seen[at] = true
	}
	if seen["crit"] || seen["locked"] || seen[""] || !seen["plain"] || !seen["after"] {
		t.Errorf("interrupted: %v", seen)
	}
}

// TestHandlerTakesHeldLock: where a lock leaves interrupts on, a handler that takes it while its own CPU holds it spins
// forever, and the report says so. A handler that comes at another time gets the lock, and other kinds of locks hold it off.
func TestHandlerTakesHeldLock(t *testing.T) {
	for _, on := range [][2]bool{{true, true}, {true, false}, {false, false}} {
		ipis, irqs := on[0], on[1]
		dead, whole := 0, 0
		for seed := range uint64(200) {
			s, _ := explored(t, 2, &dice{r: rand.New(rand.NewPCG(seed, 4))})
			l, handled := &SpinLock{Name: "hash", IPIs: ipis, IRQs: irqs}, false
			err := s.Run(context.Background(), func(c *CPU) error {
				take := func() { c.Lock(l); c.Charge(CostWork, 1); c.Unlock(l) }
				if c.id == 0 {
					c.Pend(func() { take(); handled = true })
				}
				take()
				for c.id == 0 && !handled {
					c.Charge(CostWork, 1)
				}
				return nil
			})
			switch {
			case err == nil:
				whole++
			case strings.Contains(err.Error(), "cpu0 spins in an interrupt handler for lock hash, which the interrupted thread holds"):
				dead++
			default:
				t.Fatal(err)
			}
		}
		if irqs != (dead > 0) || whole == 0 {
			t.Errorf("IRQs %v, IPIs %v: %d deadlocks, %d runs to the end", irqs, ipis, dead, whole)
		}
	}
}

// TestTwoKindsOfRendezvous: two CPUs that each wait for the other serve each other's requests meanwhile. If both wait with
// interrupts disabled that is a deadlock, whichever engine runs them; if one of them does, it is none.
func TestTwoKindsOfRendezvous(t *testing.T) {
	run := func(s *System, stop, call Method) error {
		on := FirstCPUs(2)
		return s.Run(context.Background(), func(c *CPU) error {
			if c.id == 0 {
				c.Rendezvous(&on, stop, &work{})
			} else {
				c.Interrupt(&on, call, &work{})
			}
			return nil
		})
	}
	const want = "deadlock: cpu0 waits in its rendezvous for {1}, IPIs held off; cpu1 waits in its rendezvous for {0}, IPIs held off"
	for _, masked := range [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
		stop, call, dead := CPUSync, Method{Cluster, Flags, masked[1]}, 0
		stop.Masked = masked[0]
		both := masked[0] && masked[1]
		for seed := range uint64(100) {
			s, _ := explored(t, 2, &dice{r: rand.New(rand.NewPCG(seed, 5))})
			if err := run(s, stop, call); err != nil {
				if dead++; err.Error() != want {
					t.Fatal(err)
				}
			}
		}
		s, _ := newSystem(t, 2, nil)
		if err := run(s, stop, call); both != (dead > 0) || both != (err != nil) || both && err.Error() != want {
			t.Errorf("masked %v: %d deadlocks in explorations; by the clock: %v", masked, dead, err)
		}
	}
}

// work is a call that takes a cycle.
type work struct{}

func (*work) Initiate(*CPU) Cycles { return 1 }
func (*work) Serve(*CPU) Cycles    { return 1 }

// TestAwait: a CPU goes on when the condition holds; when it never will, that is a deadlock with a name. A scheduler can end a run.
func TestAwait(t *testing.T) {
	for seed := range uint64(50) {
		s, _ := explored(t, 2, &dice{r: rand.New(rand.NewPCG(seed, 4))})
		done := false
		err := s.Run(context.Background(), func(c *CPU) error {
			if c.id == 0 {
				c.Charge(CostWork, 100)
				done = true
				c.News()
				return nil
			}
			c.Await("cpu0", func() bool { return done })
			if !done {
				t.Error("it went on too early")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s, _ := explored(t, 2, &dice{r: rand.New(rand.NewPCG(1, 4))})
	err := s.Run(context.Background(), func(c *CPU) error {
		if c.id == 1 {
			c.Await("godot", func() bool { return false })
		}
		return nil
	})
	var dead *DeadlockError
	if !errors.As(err, &dead) || !strings.Contains(err.Error(), "cpu1 waits for godot") {
		t.Error(err)
	}
	s, _ = explored(t, 2, &dice{r: rand.New(rand.NewPCG(1, 4)), most: 100})
	err = s.Run(context.Background(), func(c *CPU) error {
		for {
			c.Charge(CostWork, 1)
		}
	})
	if !errors.Is(err, ErrStopped) {
		t.Error(err)
	}
}

// TestAwaitFollowsTheClock: a CPU that continues after another one does so at a clock no earlier than the other's,
// whether it had to wait or not. A design that compares time stamps of two CPUs relies on it.
func TestAwaitFollowsTheClock(t *testing.T) {
	for seed := range uint64(200) {
		s, _ := explored(t, 3, &dice{r: rand.New(rand.NewPCG(seed, 2))})
		var done Cycles
		over := false
		err := s.Run(context.Background(), func(c *CPU) error {
			if c.ID() == 0 {
				for range 5 {
					c.Charge(CostWork, 100)
				}
				done, over = c.ReadTSC(), true
				c.News()
				return nil
			}
			c.Await("cpu0", func() bool { return over })
			if got := c.ReadTSC(); got < done {
				t.Errorf("seed %d: cpu%d continues at %d, after cpu0 ended at %d", seed, c.ID(), got, done)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
