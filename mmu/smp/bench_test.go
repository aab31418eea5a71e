package smp

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkSwitch forces a switch at every step: each CPU touches an ordered point every few cycles.
func BenchmarkSwitch(b *testing.B) {
	for _, n := range []int{2, 8, 64, 256, 1024} {
		b.Run(fmt.Sprintf("cpus=%d/", n), func(b *testing.B) {
			s, _ := newSystem(b, n, nil)
			each := b.N/n + 1
			err := s.Run(context.Background(), func(c *CPU) error {
				for i := 0; i < each; i++ {
					c.Charge(CostWork, 100)
					c.Order()
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkMixed is mostly local work within the run-ahead, with a lock now and then: the common mix of events.
func BenchmarkMixed(b *testing.B) {
	for _, n := range []int{2, 8, 64, 256, 1024} {
		b.Run(fmt.Sprintf("cpus=%d/", n), func(b *testing.B) {
			s, _ := newSystem(b, n, nil)
			locks := make([]SpinLock, n)
			each := b.N/n + 1
			err := s.Run(context.Background(), func(c *CPU) error {
				for i := 0; i < each; i++ {
					c.Charge(CostWork, 40)
					if i%32 == 0 {
						c.Lock(&locks[c.ID()])
						c.Unlock(&locks[c.ID()])
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkShootdown is one rendezvous of all CPUs an op.
func BenchmarkShootdown(b *testing.B) {
	for _, n := range []int{2, 8, 64, 256, 1024} {
		b.Run(fmt.Sprintf("cpus=%d/", n), func(b *testing.B) {
			s, _ := newSystem(b, n, nil)
			all := FirstCPUs(n)
			l := SpinLock{IPIs: true}
			each := b.N/n + 1
			err := s.Run(context.Background(), func(c *CPU) error {
				for i := 0; i < each; i++ {
					c.Lock(&l)
					c.Rendezvous(&all, CPUSync, call{pte: 10, inval: 100})
					c.Unlock(&l)
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkContended is taking one stack of a wait for a spinlock; Live.Sample says for how much waiting one is taken.
func BenchmarkContended(b *testing.B) {
	s, lock := liveSystemOf(b, 1, Live{Sample: 50_000}), &SpinLock{Name: "a lock"}
	err := s.Run(context.Background(), func(c *CPU) error {
		for range b.N {
			c.contended(lock, 60_000)
		}
		return nil
	})
	if err != nil || len(s.Contention(0)) != 1 {
		b.Fatal(err, len(s.Contention(0)))
	}
}
