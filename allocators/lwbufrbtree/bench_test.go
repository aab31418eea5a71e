package lwbufrbtree

import (
	"fmt"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// BenchmarkHit is host time for one alloc and free of a page that one of 1,024 elements of the CPU's tree maps, on 64 CPUs,
// page after page or at random; beside it the same on plain lwbufs. At random the 64 trees do not fit into a host's caches.
func BenchmarkHit(b *testing.B) {
	for _, d := range []*allocators.Design{&Design, &lwbuf.Fixed} {
		for _, order := range []string{"ascending", "random"} {
			b.Run(fmt.Sprintf("alloc=%s/order=%s/cpus=64/", d.Name, order), func(b *testing.B) { benchHit(b, d, order == "random") })
		}
	}
}

func benchHit(b *testing.B, d *allocators.Design, random bool) {
	const cpus, pages = 64, 1024
	spec, err := machines.Load(machines.Default)
	if err != nil {
		b.Fatal(err)
	}
	m, err := mmu.New(spec, mmu.Options{CPUs: cpus, Pages: cpus * pages})
	if err != nil {
		b.Fatal(err)
	}
	a, err := d.New(m, nil)
	if err != nil {
		b.Fatal(err)
	}
	op := func(c *mmu.CPU, i int) error {
		pg := m.Page(c.ID()*pages + i%pages)
		h, err := a.Alloc(c, pg, allocators.Private)
		if err != nil {
			return err
		}
		a.Free(c, h)
		return nil
	}
	ready, each := 0, b.N/cpus+1
	err = m.Run(func(c *mmu.CPU) error {
		for i := range pages {
			if err := op(c, i*389); err != nil {
				return err
			}
		}
		c.Idle(1e8 - c.Now()) // all begin together
		if ready++; ready == 1 {
			b.ResetTimer()
		}
		x := uint32(c.ID()) * 2654435761
		for i := range each {
			if random {
				x = x*1664525 + 1013904223
				i = int(x >> 16)
			}
			if err := op(c, i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
