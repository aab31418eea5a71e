package bench

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"lwbench/bench/record"
	"lwbench/bench/spread"
)

// Runner runs one cell, or finds its result somewhere. It is called from several goroutines at once.
type Runner func(ctx context.Context, c *Cell) (*Result, error)

// Simulate is the Runner that runs the cell. A cell whose design got stuck is a result with Failed set.
func Simulate(ctx context.Context, c *Cell) (*Result, error) {
	r, err := c.Run(ctx, nil, nil)
	if failed, ok := errors.AsType[*CellError](err); ok && failed.Stuck() {
		return &Result{Cell: c, Failed: failed}, nil
	}
	return r, err
}

// RunCells runs cells by run, or Simulate where it is nil, jobs of them in parallel (on real threads one at a time), and calls
// deliver for each in the order of the list. A cell whose design got stuck is delivered as well, and the others go on.
// RunCells stops at any error or when ctx ends, after it has delivered the finished cells before the gap; Into keeps those behind it
// too.
func RunCells(ctx context.Context, cells []*Cell, jobs int, run Runner, deliver func(*Result) error) error {
	if run == nil {
		run = Simulate
	}
	if len(cells) > 0 && cells[0].Engine.Threads {
		jobs = 1
	}
	if len(cells) > 0 && !cells[0].Engine.Exact {
		deliver = withSpread(deliver)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	results := make([]chan *Result, len(cells))
	for i := range results {
		results[i] = make(chan *Result, 1)
	}
	work := make(chan int)
	var wg sync.WaitGroup
	for range max(1, min(jobs, len(cells))) {
		wg.Go(func() {
			for i := range work {
				r, err := run(ctx, cells[i])
				if err != nil {
					stop(err)
				}
				results[i] <- r
			}
		})
	}
	wg.Go(func() { feed(ctx, order(cells), work) })
	err := collect(ctx, results, deliver)
	stop(err)
	wg.Wait()
	return err
}

// order returns the order in which cells run: the cells of one workload together, those with the most CPUs first
// because they take longest. Results are delivered in list order: those of one workload soon after each other. Cells that run
// again are one group, those that run longer first: they are the longest of all.
func order(cells []*Cell) []int {
	group := make([]int, len(cells))
	for i := 1; i < len(cells); i++ {
		group[i] = group[i-1]
		if a, b := cells[i-1], cells[i]; b.rerun == "" && (a.Workload != b.Workload || a.Machine != b.Machine || a.Engine.Threads) {
			group[i]++
		}
	}
	list := make([]int, len(cells))
	for i := range list {
		list[i] = i
	}
	slices.SortStableFunc(list, func(a, b int) int {
		return cmp.Or(group[a]-group[b], cells[b].reruns()-cells[a].reruns(), cells[b].CPUs-cells[a].CPUs)
	})
	return list
}

// reruns is 1 for a cell that runs again and replaces its result, and else 0.
func (c *Cell) reruns() int {
	if record.Replaces(c.rerun) {
		return 1
	}
	return 0
}

// feed hands out the cells until all are given or ctx ends.
func feed(ctx context.Context, order []int, work chan<- int) {
	defer close(work)
	for _, i := range order {
		select {
		case work <- i:
		case <-ctx.Done():
			return
		}
	}
}

// collect delivers the results in order.
func collect(ctx context.Context, results []chan *Result, deliver func(*Result) error) error {
	for _, c := range results {
		var r *Result
		select {
		case r = <-c:
		default:
			select {
			case r = <-c:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		if r == nil {
			return context.Cause(ctx)
		}
		if err := deliver(r); err != nil {
			return err
		}
	}
	return nil
}

// withSpread computes the spread of the repetitions at the last repetition of each cell. The repetitions of an
// earlier, interrupted run are missing here, and then the spread is unknown.
func withSpread(deliver func(*Result) error) func(*Result) error {
	times := make(map[record.Key][]float64)
	return func(r *Result) error {
		if r.Failed != nil {
			return deliver(r)
		}
		k := r.Cell.Key()
		times[k] = append(times[k], r.Out.Live.Busy/float64(max(1, r.Out.Ops)))
		if n := len(times[k]); n == r.Cell.Reps && n > 2 {
			if s, err := spread.Of(times[k]); err == nil {
				r.Spread = record.Round(s.Relative())
			}
		}
		return deliver(r)
	}
}
