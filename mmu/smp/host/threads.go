package host

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// Threads configures how bodies run.
type Threads struct {
	Pin []int // the host CPU of each; nil runs goroutines that are not locked to threads
	// Watch, if set, is called every Every until all bodies have returned.
	Watch func()
	Every float64 // seconds
	// Descheduled, if set, receives the number of context switches of each pinned thread, including its own yields.
	Descheduled func(i int, switches int64)
}

// Panic is the panic of a body.
type Panic struct {
	Body  int
	Value any
	Stack []byte
}

// Error returns the value and the stack.
func (p *Panic) Error() string {
	return fmt.Sprintf("cpu%d panicked: %v\n\n%s", p.Body, p.Value, p.Stack)
}

// Run calls body(0) to body(n-1) in parallel and returns when all have returned. A panic of a body is passed to
// caught, on its goroutine; caught must make the others end. Threads get their original affinity back. When ctx ends,
// stop is called once.
func (t *Threads) Run(ctx context.Context, n int, body func(i int), caught func(*Panic), stop func()) {
	var all, watch sync.WaitGroup
	done := make(chan struct{})
	watch.Go(func() { t.watch(ctx, done, stop) })
	for i := range n {
		all.Go(func() {
			if t.Pin != nil {
				defer t.pin(i)()
			}
			defer func() {
				if v := recover(); v != nil {
					caught(&Panic{i, v, debug.Stack()})
				}
			}()
			body(i)
		})
	}
	all.Wait()
	close(done)
	watch.Wait()
}

// pin locks the goroutine to its thread and the thread to its CPU; undo reverts both.
func (t *Threads) pin(i int) (undo func()) {
	runtime.LockOSThread()
	restore := pinThread(t.Pin[i])
	before := switches()
	return func() {
		if t.Descheduled != nil {
			t.Descheduled(i, switches()-before)
		}
		restore()
		runtime.UnlockOSThread()
	}
}

func (t *Threads) watch(ctx context.Context, done <-chan struct{}, stop func()) {
	every := time.Duration(t.Every * float64(time.Second))
	if every <= 0 {
		every = time.Hour
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	cancelled := ctx.Done()
	for {
		select {
		case <-done:
			return
		case <-cancelled:
			cancelled = nil
			stop()
		case <-tick.C:
			if t.Watch != nil {
				t.Watch()
			}
		}
	}
}
