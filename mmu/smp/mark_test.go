package smp

import (
	"context"
	"fmt"
	"testing"

	"lwbench/internal/testsize"
)

// lookedAt runs the random program of the digest tests and looks at it every so many cycles. It returns what each look saw,
// and fails where an account does not add up or shrinks.
func lookedAt(t *testing.T, cpus int, seed uint64, ahead, every Cycles, to Profiler) (seen []string) {
	t.Helper()
	s, cs := newSystem(t, cpus, &ahead)
	if to != nil {
		for _, c := range cs {
			c.always, c.hook = 0, &hook{to: to}
		}
	}
	before := make([][NumCosts]Cycles, cpus)
	var look func()
	look = func() {
		line := fmt.Sprint(s.marked)
		for i := range cs {
			var sum Cycles
			now := s.Account(i)
			for k, n := range now {
				sum += n
				if n < before[i][k] {
					t.Errorf("seed %d, %d CPUs at %d: %v of cpu%d shrinks from %d to %d", seed, cpus, s.marked, Cost(k), i, before[i][k], n)
				}
			}
			if sum != s.marked {
				t.Errorf("seed %d, %d CPUs at %d: the account of cpu%d adds up to %d", seed, cpus, s.marked, i, sum)
			}
			if r, ok := to.(*recorder); ok && r.spent[i] != nil && *r.spent[i] != now {
				t.Errorf("seed %d, %d CPUs at %d: the profiler has %v of cpu%d, its account is %v", seed, cpus, s.marked, *r.spent[i], i, now)
			} else if ok && r.delayed[i] != now[CostLockWait] {
				t.Errorf("seed %d, %d CPUs at %d: holders delayed cpu%d by %d, it waited %d", seed, cpus, s.marked, i, r.delayed[i], now[CostLockWait])
			}
			before[i] = now
			line += fmt.Sprint(" ", now, cs[i].now)
		}
		seen = append(seen, line)
		s.At(s.marked+every, look)
	}
	s.At(every, look)
	p := newProgram(s)
	if err := s.Run(context.Background(), p.body(seed, 60)); err != nil {
		t.Fatal(err)
	}
	end := ""
	for _, c := range cs {
		end += fmt.Sprint(c.now, c.spent, c.Caused())
	}
	return append(seen, end+fmt.Sprint(p.log))
}

// TestAccounts: at any moment each CPU's account adds up to the moment, whatever the CPU is in the middle of; it is the
// same for every run-ahead; a profiler has been told the same; and looking changes nothing.
func TestAccounts(t *testing.T) {
	for seed := range testsize.Choose[uint64](2, 4, 12) {
		for _, cpus := range testsize.Choose([]int{1, 3, 9}, []int{1, 2, 3, 8, 17}, []int{1, 2, 3, 8, 17}) {
			unseen := lookedAt(t, cpus, seed, 1000, Forever-1, nil)
			want := lookedAt(t, cpus, seed, 0, 777, nil)
			if unseen[0] != want[len(want)-1] {
				t.Errorf("seed %d, %d CPUs: looking changes the run", seed, cpus)
			}
			if len(want) < 20 {
				t.Errorf("seed %d, %d CPUs: only %d looks", seed, cpus, len(want))
			}
			for _, ahead := range []Cycles{13, 999, 1000} {
				for i, got := range lookedAt(t, cpus, seed, ahead, 777, nil) {
					if got != want[i] {
						t.Fatalf("seed %d, %d CPUs, run-ahead %d, look %d:\n%s, without run-ahead\n%s", seed, cpus, ahead, i, got, want[i])
					}
				}
			}
			r := newRecorder()
			r.looked = true
			lookedAt(t, cpus, seed, 1000, 777, r)
		}
	}
}

// TestStop: a run ends at the look that stops it, without an error.
func TestStop(t *testing.T) {
	s, cs := newSystem(t, 3, nil)
	s.At(5000, s.Stop)
	if err := s.Run(context.Background(), func(c *CPU) error {
		for {
			c.Charge(CostWork, 100)
		}
	}); err != nil {
		t.Fatal(err)
	}
	for _, c := range cs {
		if c.now != 5000 {
			t.Errorf("cpu%d went on to %d", c.id, c.now)
		}
	}
}
