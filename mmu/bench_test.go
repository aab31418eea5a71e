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
	if e.epoch == t.epoch && e.s1 != 0 {
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

// BenchmarkQenter makes one broadcast flush without a wait per operation.
func BenchmarkQenter(b *testing.B) {
	for _, n := range []int{8, 64, 256} {
		b.Run(fmt.Sprintf("cpus=%d/", n), func(b *testing.B) {
			m := newMachine(b, testSpec(), n)
			each := b.N/n + 1
			_ = m.Run(func(c *CPU) error {
				for range each {
					c.Qenter(KVA(c.ID()), m.Page(c.ID()))
					c.Charge(0, 20000)
				}
				return nil
			})
		})
	}
}
