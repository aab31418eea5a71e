package alloctest

import (
	"errors"
	"math/rand/v2"
	"testing"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// waits makes CPUs sleep for a pool that is too small, in random programs. Each holds one mapping at a time, for a random
// time, and occasional signals interrupt sleeps. A wakeup that is lost, or consumed by a sleeper that does not take the
// buffer, leaves the others asleep forever, which the engine reports.
func waits(t *testing.T, d *allocators.Design) {
	pool, ok := poolOf(d)
	if !ok {
		t.Skip("it has no pool to wait for")
	}
	slept, interrupted := int64(0), 0
	for seed := range schedules() {
		r := rand.New(rand.NewPCG(seed, 98))
		cpus := 2 + r.IntN(7)
		tune := allocators.Tuning{pool: int64(1 + r.IntN(cpus))}
		m, a := build(t, d, mmu.Options{CPUs: cpus, Pages: 1 + r.IntN(20)}, tune)
		err := m.Run(func(c *mmu.CPU) error {
			n, err := waiter(c, a, d.Catches, rand.New(rand.NewPCG(seed, uint64(c.ID()))))
			interrupted += n
			return err
		})
		if err != nil {
			t.Fatalf("seed %d, %d CPUs, %v: every sleeper must be woken, and a signal ends only sleeps with Catch: %v", seed, cpus, tune, err)
		}
		slept += m.Counters().Sleeps
		if cleanBut(t, d, m); t.Failed() {
			t.Fatalf("seed %d, %d CPUs, %v", seed, cpus, tune)
		}
	}
	if slept == 0 || interrupted == 0 {
		t.Errorf("%d sleeps, %d of them interrupted: with an empty pool Alloc must sleep, and with Catch a signal must end the sleep", slept, interrupted)
	}
}

// waiter is one CPU of waits. It returns how many of its sleeps were interrupted.
func waiter(c *mmu.CPU, a allocators.Allocator, catches bool, r *rand.Rand) (interrupted int, err error) {
	m := c.Machine()
	for range 30 {
		c.Charge(smp.CostWork, mmu.Cycles(r.IntN(2000)))
		if r.IntN(8) == 0 {
			c.Signal(r.IntN(m.NCPU()))
		}
		pg := m.Page(r.IntN(m.NumPages()))
		flags := allocators.Flags(r.IntN(2))*allocators.Private | allocators.Flags(r.IntN(2))*allocators.Catch
		b, err := a.Alloc(c, pg, flags)
		switch {
		case errors.Is(err, smp.ErrInterrupted) && (catches || flags&allocators.Catch != 0):
			interrupted++
			continue
		case err != nil:
			return interrupted, err
		}
		kva := b.KVA(c)
		m.Promise(c, kva, pg)
		for range r.IntN(3) {
			c.Load(kva, pg)
			c.Charge(smp.CostWork, mmu.Cycles(r.IntN(4000)))
		}
		c.Store(kva, pg)
		m.Release(c, kva)
		a.Free(c, b)
	}
	return interrupted, nil
}

// leak moves handles between CPUs in rounds: the KVA that a design retains must stop growing once its caches are full.
func leak(t *testing.T, d *allocators.Design) {
	if d.CPUPrivate {
		t.Skip("its mappings stay on their CPU")
	}
	for _, tune := range tunings(d, leakLive) {
		leakTuned(t, d, tune)
	}
}

// leakLive is how many handles are live at once in leak, more than small caches hold.
const leakLive = 150

// lazyWindow returns the size of the KVA window for a test of growth: a LazyReclaim design may use it up before it reclaims
// anything, so it gets n pages and must get along with them. Others have the default, 0.
func lazyWindow(d *allocators.Design, n int) int {
	if d.LazyReclaim {
		return n
	}
	return 0
}

func leakTuned(t *testing.T, d *allocators.Design, tune allocators.Tuning) {
	const cpus, live, rounds = 4, leakLive, 60
	m, a := build(t, d, mmu.Options{CPUs: cpus, Pages: live, KVAPages: lazyWindow(d, 8*live)}, tune)
	var held [live]allocators.Buf
	var high [2]int // KVA in use in the first and in the second half
	err := m.Serial(rounds*2*live, func(i int) (int, func(*mmu.CPU) error) {
		round, k := i/(2*live), i%live
		if i/live%2 == 0 {
			return round % cpus, func(c *mmu.CPU) (err error) {
				if held[k], err = a.Alloc(c, m.Page((k+round)%live), 0); err != nil {
					return err
				}
				m.Promise(c, held[k].KVA(c), held[k].Page())
				c.Load(held[k].KVA(c), held[k].Page())
				half := 2 * round / rounds
				high[half] = max(high[half], m.KVAInUse())
				return nil
			}
		}
		return (round + 1) % cpus, func(c *mmu.CPU) error {
			kva := held[k].KVA(c)
			if d.KnownFault == "" {
				c.Load(kva, held[k].Page())
			}
			m.Release(c, kva)
			a.Free(c, held[k])
			return nil
		}
	})
	passed(t, m, err, "")
	if high[1] > high[0] {
		t.Errorf("%v: with %d handles live at a time the KVA in use must stop growing: %d pages in the first half, %d in the second", tune, live, high[0], high[1])
	}
}
