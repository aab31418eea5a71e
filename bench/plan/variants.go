package plan

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// Variant is a design with its tunables on a machine: a cell without a workload, as lwbench check and lwbench replay
// run it.
type Variant struct {
	Design  *allocators.Design
	Machine *mmu.Spec
	Given   allocators.Tuning // the tunables that the user set; the harness chooses the others
}

// Variants resolves the allocators, machines, tunables and engine of o and ignores the rest. The order is that of a sweep:
// machine, design, tunables. live reports the engine. The error is one line.
func (o *Options) Variants(l Lists) (list []Variant, live bool, err error) {
	g := &Grid{}
	for _, step := range []func(Lists, *Grid) error{o.engine, o.designs, o.machines, o.tunables} {
		if err := step(l, g); err != nil {
			return nil, false, err
		}
	}
	if err := g.once(); err != nil {
		return nil, false, err
	}
	for _, m := range g.Machines {
		for _, d := range g.Designs {
			for _, set := range product(ofDesign(g.Set, d)) {
				list = append(list, Variant{Design: d, Machine: m, Given: tuning(set, d)})
			}
		}
	}
	return list, g.Engine.Threads, nil
}
