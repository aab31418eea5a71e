package smp

import (
	"context"
	"runtime"
	"testing"

	"lwbench/mmu/smp/host"
)

// first is a Scheduler that lets things happen by themselves.
type first struct{}

func (first) Next([]Actor) int { return 0 }

// TestRaces: two accesses that conflict are a race unless something orders them, whatever order the run has them in.
func TestRaces(t *testing.T) {
	for _, k := range []struct {
		name  string
		races bool
		body  func(c *CPU, x *int, l *SpinLock, w *Word)
	}{
		{"two writes", true, func(_ *CPU, x *int, _ *SpinLock, _ *Word) { *Written(x) = 1 }},
		{"a read and a write", true, func(c *CPU, x *int, _ *SpinLock, _ *Word) {
			if c.ID() == 0 {
				*Written(x) = 1
			} else {
				Read(x)
			}
		}},
		{"two reads", false, func(_ *CPU, x *int, _ *SpinLock, _ *Word) { Read(x) }},
		{"under a lock", false, func(c *CPU, x *int, l *SpinLock, _ *Word) {
			c.Lock(l)
			Update(x, "+")(1)
			c.Unlock(l)
		}},
		{"one outside the lock", true, func(c *CPU, x *int, l *SpinLock, _ *Word) {
			if c.ID() == 0 {
				Assign(x)(1)
				return
			}
			c.Lock(l)
			Update(x, "+")(1)
			c.Unlock(l)
		}},
		{"published by an atomic word", false, func(c *CPU, x *int, _ *SpinLock, w *Word) {
			if c.ID() == 0 {
				Assign(x)(1)
				w.Add(c, 1)
			} else if w.Load(c) > 0 {
				Read(x)
			}
		}},
		{"sent as a message", false, func(c *CPU, x *int, _ *SpinLock, _ *Word) {
			if c.ID() == 0 {
				Assign(x)(1)
				c.Send(1, "done")
			} else {
				_, _ = c.RecvUntil(Forever)
				Read(x)
			}
		}},
	} {
		cpus := []*CPU{{}, {}}
		cfg := Config{Scheduler: first{}, Granularity: Statements, Races: true}
		s, err := New(Topology{Sockets: 1, Cores: 2, Threads: 1}, testCosts(), cfg, cpus)
		if err != nil {
			t.Fatal(err)
		}
		x, l, w := new(int), &SpinLock{Name: "l"}, new(Word)
		if err := s.Run(context.Background(), func(c *CPU) error {
			k.body(c, x, l, w)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if r := s.Race(); (r != nil) != k.races {
			t.Errorf("%s: %+v", k.name, r)
		} else if r != nil && (r.First.CPU == r.Second.CPU || !r.First.Write && !r.Second.Write || r.First.PC == 0 || r.Second.PC == 0) {
			t.Errorf("%s: %+v", k.name, r)
		}
	}
}

// TestNewDataAtAnOldAddress: what is allocated where something else lay before has no history.
func TestNewDataAtAnOldAddress(t *testing.T) {
	cpus := []*CPU{{}, {}}
	s, err := New(Topology{Sockets: 1, Cores: 2, Threads: 1}, testCosts(), Config{Scheduler: first{}, Granularity: Statements, Races: true}, cpus)
	if err != nil {
		t.Fatal(err)
	}
	used := map[uintptr]bool{} // not kept from the collector
	err = s.Run(context.Background(), func(c *CPU) error {
		for i := range 2000 {
			if c.ID() == 1 && i == 0 {
				runtime.GC()
			}
			p := Made(new([64]byte))
			at, _ := host.Address(p)
			if c.ID() == 1 && used[at] {
				t.Errorf("cpu1 was given an address that cpu0 had used in the same run")
				return nil
			}
			used[at] = true
			Written(p)[0] = 1
		}
		return nil
	})
	if r := s.Race(); err != nil || r != nil {
		t.Errorf("%v, %+v", err, r)
	}
}
