package mmu

import (
	"fmt"
	"testing"
)

// BenchmarkAccess measures one load through the TLB: a first-level hit, a second-level hit, a miss.
func BenchmarkAccess(b *testing.B) {
	for _, k := range []struct {
		name  string
		pages int
	}{{"hit", 4}, {"hit2", 24}, {"miss", 4096}} {
		b.Run(k.name, func(b *testing.B) {
			m := newMachine(b, testSpec(), 1)
			_ = m.Run(func(c *CPU) error {
				for i := range k.pages {
					c.KenterQuick(KVA(i), m.Page(1))
				}
				b.ResetTimer()
				for i := range b.N {
					c.Load(KVA(i%k.pages), m.Page(1))
				}
				return nil
			})
		})
	}
}

// BenchmarkOracle measures a first-level hit with and without the two comparisons of the oracles.
func BenchmarkOracle(b *testing.B) {
	for _, watch := range []bool{true, false} {
		b.Run(fmt.Sprintf("watch=%v", watch), func(b *testing.B) {
			m := newMachine(b, testSpec(), 1)
			_ = m.Run(func(c *CPU) error {
				for i := range KVA(4) {
					c.KenterQuick(i, m.Page(1))
				}
				pg := m.Page(1)
				b.ResetTimer()
				for i := range b.N {
					if watch {
						c.Load(KVA(i&3), pg)
					} else {
						c.blindLoad(KVA(i & 3))
					}
				}
				return nil
			})
		})
	}
}

// blindLoad is Load without oracles.
func (c *CPU) blindLoad(kva KVA) {
	c.N.Accesses++
	t := &c.tlb
	e := t.entry(kva)
	if e.epoch == t.epoch && e.w1 != 0 {
		if n := c.m.spec.MMU.TLBHit; n != 0 {
			c.Charge(5, n)
		}
		return
	}
	c.walk(kva, e)
}

// BenchmarkQuick makes the machine calls of lwbuf on every CPU: a PTE write, an invlpg, a miss and three hits.
func BenchmarkQuick(b *testing.B) {
	for _, n := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("cpus=%d/", n), func(b *testing.B) {
			m := newMachine(b, testSpec(), n)
			each := b.N/n + 1
			_ = m.Run(func(c *CPU) error {
				kva, pg := KVA(c.ID()), m.Page(c.ID())
				for range each {
					c.KenterQuick(kva, pg)
					for range 4 {
						c.Load(kva, pg)
					}
				}
				return nil
			})
		})
	}
}

// BenchmarkQenter makes one broadcast flush without a wait per operation; ns/target is its share for each CPU that it reaches.
func BenchmarkQenter(b *testing.B) {
	benchShootdown(b, func(c *CPU, kva KVA, pg *Page) { c.Qenter(kva, pg) })
}

// BenchmarkKenter makes one rendezvous of all CPUs per operation; ns/target is its share for each CPU that it stops.
func BenchmarkKenter(b *testing.B) {
	benchShootdown(b, func(c *CPU, kva KVA, pg *Page) { c.Kenter(kva, pg) })
}

// benchShootdown has the CPUs shoot down in turn, each page after the next CPU has used it, on a machine that has run for a
// while. CPU i begins at its own time, and works between its shootdowns for as long as those of all others take.
func benchShootdown(b *testing.B, shoot func(c *CPU, kva KVA, pg *Page)) {
	for _, n := range []int{8, 64, 256, 1024} {
		b.Run(fmt.Sprintf("cpus=%d/", n), func(b *testing.B) {
			m := newMachine(b, testSpec(), n)
			each := b.N/n + 1
			turn := Cycles(20000 + 300*n)
			_ = m.Run(func(c *CPU) error {
				kva, next := KVA(c.ID()), KVA((c.ID()+1)%n)
				c.Charge(0, Cycles(c.ID())*turn)
				for i := range each + 1 {
					if i == 1 && c.ID() == 0 {
						b.ResetTimer()
					}
					shoot(c, kva, m.Page(c.ID()))
					c.Charge(0, turn/2)
					if i > 0 {
						c.Load(next, m.Page(int(next)))
					}
					c.Charge(0, Cycles(n-1)*turn)
				}
				return nil
			})
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(each*n)/float64(n-1), "ns/target")
		})
	}
}
