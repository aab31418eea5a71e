package smp

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
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

// TestGoexitEndsTheRun: the code of a CPU that exits its goroutine, as t.FailNow does, exits that of Run too, after every other
// CPU has been unwound. The coroutines wait in each other's slots by then.
func TestGoexitEndsTheRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, cpus := range []int{1, 3, 8} {
		for steps := range 12 {
			s, _ := newSystem(t, cpus, nil)
			begun, ended, returned := 0, 0, false
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = s.Run(context.Background(), func(c *CPU) error {
					begun++
					defer func() { ended++ }()
					for i := range 20 {
						if c.ID() == cpus/2 && i == steps {
							runtime.Goexit()
						}
						c.Charge(CostWork, Cycles(10+c.ID()*i%7))
						c.Order()
					}
					return nil
				})
				returned = true
			}()
			<-done
			if returned || begun != ended {
				t.Fatalf("%d CPUs, %d steps: Run returned %v; of %d CPUs %d were unwound", cpus, steps, returned, begun, ended)
			}
		}
	}
}
