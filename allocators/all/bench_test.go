package all

import (
	"fmt"
	"testing"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// op allocates, touches the page four times and frees.
func op(c *mmu.CPU, a allocators.Allocator, pg *mmu.Page, f allocators.Flags) error {
	b, err := a.Alloc(c, pg, f)
	if err != nil {
		return err
	}
	kva := b.KVA(c)
	for range 4 {
		c.Load(kva, pg)
	}
	a.Free(c, b)
	return nil
}

// BenchmarkOp is host time for one simulated operation: alloc, kva, four accesses, free. The page is the CPU's own, one
// of pages; flags 0 asks for global mappings.
func BenchmarkOp(b *testing.B) {
	for _, k := range []struct {
		name, design string
		pages        int
		flags        allocators.Flags
	}{
		{"lwbuf", "lwbuf", 16, allocators.Private},
		{"sfbuf-hit", "sfbuf", 2, allocators.Private},
		{"sfbuf-half-miss", "sfbuf", 0, 0},
		{"naive", "naive", 2, 0},
	} {
		for _, n := range []int{2, 8, 64, 256, 1024} {
			b.Run(fmt.Sprintf("%s/cpus=%d/", k.name, n), func(b *testing.B) { benchOp(b, k.design, n, k.pages, k.flags) })
		}
	}
}

func benchOp(b *testing.B, name string, n, pages int, flags allocators.Flags) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		b.Fatal(err)
	}
	m, err := mmu.New(spec, mmu.Options{CPUs: n, Pages: 4096})
	if err != nil {
		b.Fatal(err)
	}
	a, err := find(name).New(m, allocators.Tuning{"sfbuf.nsfbufs": 2048})
	if err != nil {
		b.Fatal(err)
	}
	each := b.N/n + 1
	b.ResetTimer()
	err = m.Run(func(c *mmu.CPU) error {
		x := uint32(c.ID()) * 2654435761
		for i := range each {
			pg := (c.ID()*pages + i%max(1, pages)) % 2048
			if pages == 0 { // half of 4,096 pages fit into the pool
				x = x*1664525 + 1013904223
				pg = int(x>>16) & 4095
			}
			if err := op(c, a, m.Page(pg), flags); err != nil {
				return err
			}
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

func find(name string) *allocators.Design {
	for _, d := range Designs() {
		if d.Name == name {
			return d
		}
	}
	return nil
}
