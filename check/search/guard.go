package search

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"lwbench/check/interleave"
)

// The time without a choice after which a run counts as hung: normally, and when the search is to end. A step takes
// microseconds.
const (
	patience  = 10 * time.Second
	impatient = 2 * time.Second
	watchEach = 250 * time.Millisecond
)

// guard runs f, which counts its steps in beat, on another goroutine. It reports whether f returned: a design that
// loops without calling the machine never does, and a goroutine cannot be stopped from outside. It is then abandoned.
func guard(ctx context.Context, beat *atomic.Int64, f func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	tick := time.NewTicker(watchEach)
	defer tick.Stop()
	last, since := int64(-1), time.Now()
	for {
		select {
		case <-done:
			return true
		case <-tick.C:
		}
		limit := patience
		if ctx.Err() != nil {
			limit = impatient
		}
		if n := beat.Load(); n != last {
			last, since = n, time.Now()
		} else if time.Since(since) > limit {
			return false
		}
	}
}

// stuck is the result of a trial that hangs. What its goroutine wrote before its last step is visible here.
func (k *trial) stuck() *tried {
	t := &tried{trace: k.trace, set: k.set, schedules: 1, hangs: true}
	if k.running != nil {
		t.schedule, t.preempted = k.running.Schedule(), k.running.Preemptions()
	}
	t.failure = hung()
	return t
}

// hung is the failure of a run that hangs in a design's code.
func hung() *interleave.Failure {
	f := &interleave.Failure{Kind: interleave.Livelock, Op: -1, Stack: looping()}
	f.Text = "the design loops without calling the machine"
	if p, _ := placeOf(f.Stack); p.Line > 0 {
		f.Text = fmt.Sprintf("%s hangs: it loops without calling the machine at %s", p.Func, p)
	}
	return f
}

// looping returns the call stack of a goroutine that is in a design's code and not parked, innermost frame first.
func looping() []uintptr {
	all := make([]runtime.StackRecord, runtime.NumGoroutine()+64)
	n, ok := runtime.GoroutineProfile(all)
	if !ok {
		return nil
	}
	for i := range all[:n] {
		stack := all[i].Stack()
		if p, _ := placeOf(stack); p.Line > 0 && !parked(stack) {
			return slices.Clone(stack)
		}
	}
	return nil
}

// parked reports whether a goroutine's CPU waits for its turn.
func parked(stack []uintptr) bool {
	for f := range framesOf(stack) {
		if f.Function == "lwbench/mmu/smp.(*CPU).park" {
			return true
		}
	}
	return false
}

// replayHung makes the counterexample of a run that cannot be repeated: only its place.
func replayHung(cpus int, f *interleave.Failure) *Counterexample {
	p, _ := placeOf(f.Stack)
	return &Counterexample{
		CPUs: cpus, Kind: f.Kind, Text: f.Text, Decision: decide(p, f.CPU, -1, "the loop was here when the search gave up"),
	}
}
