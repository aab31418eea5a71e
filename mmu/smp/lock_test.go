package smp

import (
	"context"
	"strings"
	"testing"
)

// TestMutexSleeps: the waiter pays for going to sleep, the holder for waking it, and the mutex is the waiter's when the
// wakeup has taken its time.
func TestMutexSleeps(t *testing.T) {
	s, cpus := newSystem(t, 2, nil)
	l := &SpinLock{Name: "purge", IPIs: true, Sleeps: true}
	if err := s.Run(context.Background(), func(c *CPU) error {
		c.Charge(CostWork, Cycles(10*c.ID()))
		c.Lock(l)
		c.Charge(CostWork, 5000)
		c.Unlock(l)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	// cpu0: lock 20, work 5000, unlock 5: hands over at 5025, wakeup 150.
	if want := Cycles(5025 + 150); cpus[0].Now() != want || cpus[0].Spent(CostSleep) != 150 {
		t.Errorf("cpu0 ended at %d, want %d: %v", cpus[0].Now(), want, cpus[0].spent)
	}
	// cpu1 came at 10, sleeps from 410, is woken at 5025 and runs at 5625; lock 20 and the sibling's line 20.
	if want := Cycles(5625 + 20 + 20 + 5000 + 5); cpus[1].Now() != want {
		t.Errorf("cpu1 ended at %d, want %d", cpus[1].Now(), want)
	}
	if s, w := cpus[1].Spent(CostSleep), cpus[1].Spent(CostLockWait); s != 400 || w != 5625-410 {
		t.Errorf("cpu1 paid %d for sleeping and waited %d, want 400 and %d", s, w, 5625-410)
	}
	checkSums(t, cpus)
}

func TestMutexInCriticalSectionPanics(t *testing.T) {
	s, _ := newSystem(t, 2, nil)
	l := &SpinLock{Name: "purge", IPIs: true, Sleeps: true}
	err := s.Run(context.Background(), func(c *CPU) error {
		c.Charge(CostWork, Cycles(10*c.ID()))
		c.CritEnter()
		c.Lock(l)
		c.Charge(CostWork, 5000)
		c.Unlock(l)
		c.CritExit()
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "cpu1 waits for mutex purge in a critical section") {
		t.Errorf("error %v", err)
	}
}

// TestTryLock: a failed attempt reads the line and does not wait; a lock whose release lies ahead of the clock is held.
func TestTryLock(t *testing.T) {
	s, cpus := newSystem(t, 2, nil)
	l := &SpinLock{Name: "l"}
	var got []bool
	if err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 0 {
			c.Lock(l)
			c.Charge(CostWork, 500)
			c.Unlock(l)
			return nil
		}
		c.Charge(CostWork, 100)
		got = append(got, c.TryLock(l)) // held until 525, though the host may have got there already
		c.Charge(CostWork, 1000)
		got = append(got, c.TryLock(l))
		if !c.Holds(l) {
			t.Error("not held")
		}
		c.Unlock(l)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0] || !got[1] {
		t.Errorf("TryLock: %v, want false, true", got)
	}
	// The failed attempt moves the sibling's line: 20. The other one has a copy and must tell the owner: 20 again, and 20 + 5.
	if want := Cycles(20 + 20 + 20 + 5); cpus[1].Spent(CostLock) != want {
		t.Errorf("cpu1 paid %d for locks, want %d", cpus[1].Spent(CostLock), want)
	}
	checkSums(t, cpus)
}

func TestLiveTryLock(t *testing.T) {
	l := &SpinLock{Name: "l"}
	held, n := 0, 0
	s := liveSystemOf(t, 2, Live{NoIPICost: true})
	err := s.Run(context.Background(), func(c *CPU) error {
		for range 2000 {
			if c.TryLock(l) {
				held++
				n = max(n, held)
				held--
				c.Unlock(l)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n != 1 {
		t.Errorf("%d CPUs held the lock at once", n)
	}
}

func TestReadTSC(t *testing.T) {
	s, cpus := newSystem(t, 1, nil)
	if err := s.Run(context.Background(), func(c *CPU) error {
		c.Charge(CostWork, 100)
		if got := c.ReadTSC(); got != 125 {
			t.Errorf("stamp %d, want 125", got)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	checkSums(t, cpus)
}

// TestLockKinds: four CPUs of one socket want a lock at once. Lines take 100 between any two. The second owner is granted it
// while two wait, the third while one does, the last while none does.
func TestLockKinds(t *testing.T) {
	for _, k := range []struct {
		kind LockKind
		want [4]Cycles // waits of the owners in their order
	}{
		// The first holds it from 0 to 1025 (20, 1000, 5). Each next one needs 100 + 20 + 1000 + 5 more.
		{MCS, [4]Cycles{0, 1025, 2150, 3275}},
		{Ticket, [4]Cycles{0, 1025 + 100, 2150 + 100 + 50, 3275 + 150}},
		{TTAS, [4]Cycles{0, 1025 + 200, 2150 + 200 + 100, 3275 + 300}},
		{TAS, [4]Cycles{0, 1025 + 400, 2150 + 400 + 200, 3275 + 600}},
	} {
		for forced := range 2 {
			costs := testCosts()
			own := k.kind
			if forced == 1 { // the machine's figure replaces the lock's own kind
				costs.LockKinds, own = int(k.kind)+1, MCS-k.kind
			}
			cpus := []*CPU{new(CPU), new(CPU), new(CPU), new(CPU)}
			s, err := New(Topology{1, 4, 1}, costs, Config{}, cpus)
			if err != nil {
				t.Fatal(err)
			}
			l := &SpinLock{Name: "l", Kind: own}
			if err := s.Run(context.Background(), func(c *CPU) error {
				c.Lock(l)
				c.Charge(CostWork, 1000)
				c.Unlock(l)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			for i, c := range cpus {
				if got := c.Spent(CostLockWait); got != k.want[i] {
					t.Errorf("%v: cpu%d waited %d cycles, want %d", k.kind, i, got, k.want[i])
				}
			}
			checkSums(t, cpus)
		}
	}
}
