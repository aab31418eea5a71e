package smp

import (
	"context"
	"math/rand/v2"
	"testing"
)

// listener is a Tracer that hears only whether the run depends on the time.
type listener struct {
	dice
	reads bool
}

func (*listener) Step() int               { return 0 }
func (*listener) Touch(Object, int, bool) {}
func (*listener) After(int)               {}
func (*listener) Grant(int)               {}
func (*listener) Takes(_, _ uint32)       {}
func (l *listener) ReadsClock()           { l.reads = true }

// TestBefore: a run depends on the time if a CPU could reach a moment that it compares with its clock: when it asks, later, or in
// another order, after the work of all CPUs.
func TestBefore(t *testing.T) {
	for _, k := range []struct {
		moment       Cycles
		asked, reads bool
	}{{100, true, true}, {500, true, true}, {2000, true, true}, {1 << 20, true, false}, {100, false, false}} {
		l := &listener{dice: dice{r: rand.New(rand.NewPCG(1, 4))}}
		s, err := New(Topology{Sockets: 1, Cores: 4, Threads: 2}, testCosts(), Config{Scheduler: l, Tracer: l}, []*CPU{new(CPU), new(CPU)})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Run(context.Background(), func(c *CPU) error {
			if k.asked && c.Before(k.moment) == (c.Now() >= k.moment) {
				t.Error("a wrong answer")
			}
			c.Charge(CostWork, 400)
			return nil
		})
		if err != nil || l.reads != k.reads {
			t.Errorf("%+v: %v, %v", k, l.reads, err)
		}
	}
}
