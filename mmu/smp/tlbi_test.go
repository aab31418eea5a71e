package smp

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"testing"

	"lwbench/internal/testsize"
)

// withTLBI is newSystem on a machine that invalidates by instructions.
func withTLBI(t testing.TB, n int, ahead *Cycles) (*System, []*CPU) {
	t.Helper()
	costs := testCosts()
	costs.TLBI = TLBICosts{Pages: 8, Issue: 30, Occupies: 170, Each: 3, Sync: [NumDistances]Cycles{0, 970, 1000, 1400}}
	cpus := make([]*CPU, n)
	for i := range cpus {
		cpus[i] = new(CPU)
	}
	s, err := New(Topology{Sockets: max(1, (n+7)/8), Cores: 4, Threads: 2}, costs, Config{RunAhead: ahead}, cpus)
	if err != nil {
		t.Fatal(err)
	}
	return s, cpus
}

// cached is what CPUs hold until an Effect takes it away.
type cached struct{ held []bool }

func (k *cached) Apply(c *CPU, _ Cycles) { k.held[c.id] = false }

// use lets 11 cycles pass where c holds it, and 74 where not.
func (k *cached) use(c *CPU) {
	if !k.held[c.id] {
		k.held[c.id] = true
		c.Charge(CostTLB, 63)
	}
	c.Charge(CostUse, 11)
}

// digestTLBI is digest of a program that also invalidates by instructions, and uses what they take away inside and outside
// critical sections.
func digestTLBI(t *testing.T, cpus int, seed uint64, ahead Cycles) uint64 {
	s, cs := withTLBI(t, cpus, &ahead)
	p := newProgram(s)
	k := &cached{make([]bool, cpus)}
	all := FirstCPUs(cpus)
	if err := s.Run(context.Background(), func(c *CPU) error {
		r := rand.New(rand.NewPCG(seed, uint64(c.ID())))
		for range 60 {
			switch r.IntN(5) {
			case 0:
				c.Invalidate(k, 1+r.IntN(3), r.IntN(2) == 0)
			case 1:
				c.CritEnter()
				for range r.IntN(60) {
					k.use(c)
				}
				c.CritExit()
			case 2:
				for range r.IntN(60) {
					k.use(c)
				}
			default:
				var seen uint64
				p.step(c, r, &all, &seen)
			}
		}
		return nil
	}); err != nil {
		t.Fatalf("seed %d, %d CPUs, run-ahead %d: %v", seed, cpus, ahead, err)
	}
	checkSums(t, cs)
	h := fnv.New64a()
	for _, c := range cs {
		fmt.Fprintln(h, c.now, c.spent, c.Caused(), k.held[c.id])
	}
	fmt.Fprintln(h, p.log)
	return h.Sum64()
}

func TestDigestOfInvalidationsIsTheSameForEveryRunAhead(t *testing.T) {
	seeds := testsize.Choose[uint64](8, 40, 200)
	for seed := range seeds {
		for _, cpus := range []int{1, 2, 3, 8, 17} {
			want := digestTLBI(t, cpus, seed, 0)
			for _, ahead := range []Cycles{1, 13, 250, 999, 1000} {
				if got := digestTLBI(t, cpus, seed, ahead); got != want {
					t.Fatalf("seed %d, %d CPUs: digest %x at run-ahead %d, %x at 0", seed, cpus, got, ahead, want)
				}
			}
		}
	}
	differ := 0
	for seed := range uint64(10) {
		if digestTLBI(t, 8, seed, 8000) != digestTLBI(t, 8, seed, 0) {
			differ++
		}
	}
	if differ < 7 {
		t.Errorf("only %d of 10 runs differ when local work runs 8 latencies ahead", differ)
	}
}

// TestInvalidateTakesNothingFromOthers: what others hold is gone at the completion and not before, in a critical section
// too; nobody is interrupted; and instructions of two CPUs follow one another.
func TestInvalidateTakesNothingFromOthers(t *testing.T) {
	s, cs := withTLBI(t, 10, nil)
	k := &cached{make([]bool, 10)}
	var done, gone [10]Cycles
	if err := s.Run(context.Background(), func(c *CPU) error {
		switch c.ID() {
		case 0, 1:
			c.Charge(CostWork, 5000)
			c.Invalidate(k, 2, true)
			done[c.ID()] = c.Now()
		case 2:
			k.held[2] = true
			c.CritEnter()
			for k.held[2] {
				c.Charge(CostWork, 1)
			}
			gone[2] = c.Now()
			c.CritExit()
		case 9:
			c.Charge(CostWork, 20000)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	first := Cycles(5000 + 2*170 + 9*3 + 1400) // the other socket is the farthest
	if done[0] != first || done[1] != first+2*170 {
		t.Errorf("completed at %d and %d, want %d and %d", done[0], done[1], first, first+2*170)
	}
	if gone[2] != first {
		t.Errorf("gone at %d, want %d", gone[2], first)
	}
	for _, c := range cs {
		if c.Spent(CostStolen) != 0 || c.ICRWrites() != 0 {
			t.Errorf("cpu%d: %d cycles stolen, %d ICR writes", c.ID(), c.Spent(CostStolen), c.ICRWrites())
		}
	}
}
