package all

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/machines"
	"lwbench/mmu/smp"
)

// pairPages is how many pages each CPU of BenchmarkLivePair maps in turn.
const pairPages = 64

// BenchmarkLivePair is one alloc+free pair on real threads, with no harness in between and IPIs free: the time of one CPU's
// pair, while the others do the same. scripts/reference/hotpath.c does it in C; scripts/live-ratios runs both.
func BenchmarkLivePair(b *testing.B) {
	for _, design := range []string{"sfbuf", "lwbuf"} {
		for _, cpus := range []int{1, 2} {
			b.Run(fmt.Sprintf("alloc=%s/cpus=%d", design, cpus), func(b *testing.B) {
				livePair(b, cpus, func(m *mmu.Machine) func(*mmu.CPU, int) {
					a, err := find(design).New(m, nil)
					if err != nil {
						b.Fatal(err)
					}
					return func(c *mmu.CPU, n int) { pairs(b, a, c, n) }
				})
			})
		}
	}
}

// BenchmarkLiveMagazine is one get+put pair of the object cache alone.
func BenchmarkLiveMagazine(b *testing.B) {
	for _, cpus := range []int{1, 2} {
		b.Run(fmt.Sprintf("cpus=%d", cpus), func(b *testing.B) {
			livePair(b, cpus, func(m *mmu.Machine) func(*mmu.CPU, int) {
				type object struct{ _ int }
				made := func(*mmu.CPU) (any, error) { return new(object), nil }
				cache := objcache.New(m, "objects", nil, made, func(*mmu.CPU, any) {})
				return func(c *mmu.CPU, n int) {
					for range n {
						o, err := cache.Get(c, true)
						if err != nil {
							b.Error(err)
							return
						}
						cache.Put(c, o)
					}
				}
			})
		})
	}
}

// pairs is the loop that is timed.
func pairs(b *testing.B, a allocators.Allocator, c *mmu.CPU, n int) {
	m := c.Machine()
	var pages [pairPages]*mmu.Page
	for i := range pages {
		pages[i] = m.Page(c.ID()*pairPages + i)
	}
	for i := range n {
		buf, err := a.Alloc(c, pages[i%pairPages], allocators.Private)
		if err != nil {
			b.Error(err)
			return
		}
		a.Free(c, buf)
	}
}

// livePair calls the loop that setup makes b.N times on every CPU, after a tenth as often to warm up.
func livePair(b *testing.B, cpus int, setup func(*mmu.Machine) func(*mmu.CPU, int)) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		b.Fatal(err)
	}
	m, err := mmu.New(spec, mmu.Options{CPUs: cpus, Pages: cpus * pairPages, Config: smp.Config{Live: &smp.Live{NoIPICost: true}}})
	if err != nil {
		b.Fatal(err)
	}
	loop := setup(m)
	var arrived atomic.Int64
	meet := func(c *mmu.CPU, round int64) {
		for arrived.Add(1); arrived.Load() < round*int64(cpus); {
			if pinned, _ := m.Pinned(); !pinned {
				runtime.Gosched()
			}
		}
	}
	err = m.Run(func(c *mmu.CPU) error {
		loop(c, b.N/10+pairPages)
		meet(c, 1)
		if c.ID() == 0 {
			b.ResetTimer()
		}
		meet(c, 2)
		loop(c, b.N)
		meet(c, 3)
		if c.ID() == 0 {
			b.StopTimer()
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if n := m.Counters(); n.Stale+n.StaleRisk+n.Faults > 0 {
		b.Fatalf("the oracles object: %+v", n)
	}
}
