package search_test

import (
	"context"
	"fmt"

	"lwbench/allocators/lwbuf"
	"lwbench/check/scenario"
	"lwbench/check/search"
	"lwbench/mmu/machines"
)

// The search finds the bug of the March 2009 mail without a hint, and reduces it to a short trace.
func ExampleRun() {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		panic(err)
	}
	r, err := search.Run(context.Background(), search.Options{
		Design: &lwbuf.Submitted, Machine: spec, Bound: 2, Budget: 500, Options: scenario.Options{Seed: 1},
	})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: %d CPUs, %d operations, %d preemptions\n", r.Kind, r.CPUs, r.Ops, r.Preemptions)
	// Output:
	// stale access: 2 CPUs, 5 operations, 0 preemptions
}
