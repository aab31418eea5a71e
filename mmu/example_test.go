package mmu_test

import (
	"fmt"

	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// One CPU changes a mapping without notifying the other, whose next access is stale. The oracle reports it.
func Example() {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		panic(err)
	}
	m, err := mmu.New(spec, mmu.Options{CPUs: 2, Pages: 2, KVAPages: 1})
	if err != nil {
		panic(err)
	}
	const kva = mmu.KVA(0)
	steps := []struct {
		cpu int
		do  func(c *mmu.CPU)
	}{
		{0, func(c *mmu.CPU) { c.KenterQuick(kva, m.Page(0)) }}, // writes the PTE, flushes only here
		{1, func(c *mmu.CPU) { c.Load(kva, m.Page(0)) }},        // cpu1's TLB fills with page 0
		{0, func(c *mmu.CPU) { c.KenterQuick(kva, m.Page(1)) }},
		{1, func(c *mmu.CPU) { c.Load(kva, m.Page(1)) }},
	}
	err = m.Serial(len(steps), func(i int) (int, func(*mmu.CPU) error) {
		return steps[i].cpu, func(c *mmu.CPU) error { steps[i].do(c); return nil }
	})
	if err != nil {
		panic(err)
	}
	n := m.Counters()
	fmt.Println(n.PTEWrites, "PTE writes,", n.Stale, "stale access")
	for _, f := range m.Findings() {
		fmt.Println(f.Kind)
	}
	// Output:
	// 2 PTE writes, 1 stale access
	// stale access
}
