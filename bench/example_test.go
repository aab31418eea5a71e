package bench_test

import (
	"context"
	"fmt"
	"runtime"

	"lwbench/allocators/all"
	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/workload"
	"lwbench/mmu/machines"
)

// A sweep file becomes a grid of cells, and each cell gives a result.
func ExampleRunCells() {
	options, err := plan.ParseSweep("mine.yaml", []byte("alloc: [naive, lwbuf]\nworkload: [xio]\ncpus: [4]\nops: 50\nwarmup: 10\n"))
	if err != nil {
		panic(err)
	}
	grid, err := options.Resolve(plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load})
	if err != nil {
		panic(err)
	}
	err = bench.RunCells(context.Background(), grid.Cells(), runtime.NumCPU(), nil, func(r *bench.Result) error {
		for _, u := range record.VirtualUnits() {
			if u.Name == "shootdowns/op" {
				fmt.Printf("%s %.0f %s\n", r.Cell.Name(), u.Value(r.Out), u.Name)
			}
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	// Output:
	// Xio/alloc=naive/cpus=4 2 shootdowns/op
	// Xio/alloc=lwbuf/cpus=4 0 shootdowns/op
}
