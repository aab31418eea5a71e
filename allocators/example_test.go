package allocators_test

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// A design is built on a machine; its methods run on the machine's CPUs.
func ExampleDesign() {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		panic(err)
	}
	m, err := mmu.New(spec, mmu.Options{CPUs: 2, Pages: 4})
	if err != nil {
		panic(err)
	}
	a, err := lwbuf.Fixed.New(m, allocators.Tuning{"objcache.capacity": 8})
	if err != nil {
		panic(err)
	}
	err = m.Run(func(c *mmu.CPU) error {
		pg := m.Page(c.ID())
		b, err := a.Alloc(c, pg, allocators.Private)
		if err != nil {
			return err
		}
		c.Store(b.KVA(c), pg)
		a.Free(c, b)
		return nil
	})
	if err != nil {
		panic(err)
	}
	n := m.Counters()
	fmt.Println(n.PTEWrites, "PTE writes,", n.IPIs, "IPIs,", n.Stale, "stale accesses")
	// Output:
	// 2 PTE writes, 0 IPIs, 0 stale accesses
}
