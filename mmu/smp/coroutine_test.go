package smp

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"go.uber.org/goleak"
)

// TestCoroutinesAreUsedAgain: run after run takes the same coroutines, also after runs that are stopped before their CPUs have
// begun, in the middle of a lock, or by a panic; Close leaves none behind.
func TestCoroutinesAreUsedAgain(t *testing.T) {
	defer goleak.VerifyNone(t)
	var k Coroutines
	for seed := range uint64(300) {
		const n = 3
		cpus := make([]*CPU, n)
		for i := range cpus {
			cpus[i] = new(CPU)
		}
		cfg := Config{Scheduler: &dice{r: rand.New(rand.NewPCG(seed, 1)), most: 1 + int(seed%40)}, Coroutines: &k}
		s, err := New(Topology{Sockets: 1, Cores: 4, Threads: 2}, testCosts(), cfg, cpus)
		if err != nil {
			t.Fatal(err)
		}
		l, ended := &SpinLock{Name: "l"}, 0
		err = s.Run(context.Background(), func(c *CPU) error {
			c.Lock(l)
			defer c.Unlock(l)
			c.Charge(CostWork, 10)
			if seed%7 == 0 && c.id == 1 {
				panic("broken")
			}
			ended++
			return nil
		})
		var p *Panic
		if err == nil && ended < n || err != nil && !errors.Is(err, ErrStopped) && !errors.As(err, &p) {
			t.Fatalf("seed %d: %d CPUs ended: %v", seed, ended, err)
		}
		if len(k.idle) != n {
			t.Fatalf("seed %d: %d coroutines for %d CPUs", seed, len(k.idle), n)
		}
	}
	k.Close()
}
