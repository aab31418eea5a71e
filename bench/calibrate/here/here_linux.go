package here

import (
	"context"
	"runtime/debug"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu"
)

// threadCounts lists the numbers of threads of a comparison: powers of two and all CPUs.
func threadCounts(cpus int) (list []int) {
	for n := 1; n < cpus; n *= 2 {
		list = append(list, n)
	}
	return append(list, cpus)
}

// Run compares the model of a machine with this host, which should be that machine. begin, if not nil, is called
// before each row with its name, its index and the number of rows. Run takes some seconds, up to five times that on a
// busy host. The garbage collector is
// off during the run: do nothing else in the process.
func Run(ctx context.Context, spec *mmu.Spec, begin func(row string, i, of int)) (*Result, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	l := lab.New(ctx, nil)
	r := &Result{Machine: spec.Name}
	watch := l.NewWatch()
	costs, load, err := quietest(l.During, func() (Costs, error) { return measureCosts(l) })
	if err != nil {
		return nil, err
	}
	r.Costs, r.CostsLoad = costs, load
	kept, dropped := 0, 0
	counts, patterns := threadCounts(len(l.Top)), Patterns()
	for _, threads := range counts {
		for _, p := range patterns {
			row := Row{Pattern: p.Name, Threads: threads}
			if begin != nil {
				begin(row.String(), len(r.Rows), len(counts)*len(patterns))
			}
			if row.Predicted, err = predict(ctx, spec, costs, p, threads); err != nil {
				return nil, err
			}
			row.Measured, row.Load, row.Err = quietest(l.During, func() (lab.Estimate, error) { return measure(l, p, threads) })
			if l.Err() != nil {
				return nil, l.Err()
			}
			kept, dropped = kept+row.Measured.N, dropped+row.Measured.Dropped
			r.Rows = append(r.Rows, row)
		}
	}
	r.Noise = l.End(watch)
	r.Noise.Dropped = float64(dropped) / float64(max(1, kept+dropped))
	return r, nil
}
