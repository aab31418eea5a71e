package bench

import (
	"context"
	"sync"
)

// RunCells runs cells, jobs of them side by side (on real threads one at a time), and calls deliver for each in the order of the list, whatever the order
// in which they end; begin, if not nil, is told when a cell starts and may be called from several goroutines at once. A
// cell whose design came to a standstill (Result.Failed) is delivered as one that failed, and the others go on. It stops
// at the first other error or when ctx ends, after delivering the finished cells that come before the gap.
func RunCells(ctx context.Context, cells []*Cell, jobs int, begin func(*Cell), deliver func(*Result) error) error {
	if len(cells) > 0 && cells[0].Live {
		jobs, deliver = 1, withSpread(deliver)
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
				if begin != nil {
					begin(cells[i])
				}
				r, err := cells[i].Run(ctx, nil, nil)
				if standstill(err) {
					r, err = &Result{Cell: cells[i], Failed: err}, nil
				}
				if err != nil {
					stop(err)
				}
				results[i] <- r
			}
		})
	}
	wg.Go(func() { feed(ctx, len(cells), work) })
	err := collect(ctx, results, deliver)
	stop(err)
	wg.Wait()
	return err
}

// feed hands out the cells until all are given or ctx ends.
func feed(ctx context.Context, n int, work chan<- int) {
	defer close(work)
	for i := range n {
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
