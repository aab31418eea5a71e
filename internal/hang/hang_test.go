package hang

import (
	"errors"
	"iter"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

//go:noinline
func loopsForEver(stop *atomic.Bool) {
	for !stop.Load() {
	}
}

// TestHang: code that loops is named, with the stack of the coroutine that loops and not of those that wait.
func TestHang(t *testing.T) {
	var stop atomic.Bool
	defer stop.Store(true)
	err := Run(200*time.Millisecond, func() int64 { return 7 }, func() error {
		waits, end := iter.Pull(func(yield func(int) bool) { yield(1) })
		waits()
		defer end()
		loops, _ := iter.Pull(func(func(int) bool) { loopsForEver(&stop) })
		loops()
		return nil
	})
	var h *Error
	if !errors.As(err, &h) || !strings.Contains(h.Stack, "loopsForEver") || strings.Contains(h.Stack, "runtime.") {
		t.Fatalf("%v", err)
	}
}

// TestNoHang: code that makes progress may take its time, and its error is passed on.
func TestNoHang(t *testing.T) {
	broken := errors.New("broken")
	began := time.Now()
	err := Run(50*time.Millisecond, func() int64 { return int64(time.Since(began)) }, func() error {
		time.Sleep(300 * time.Millisecond)
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
}

// TestIn: a goroutine that is never seen elsewhere is stuck; one that leaves, or ends itself, is not.
func TestIn(t *testing.T) {
	var stop atomic.Bool
	loops := func(stack string) bool { return strings.Contains(stack, "lwbench/internal/hang.loopsForEver") }
	err := In(200*time.Millisecond, loops, func() error { loopsForEver(&stop); return nil })
	stop.Store(true)
	var h *Error
	if !errors.As(err, &h) || !strings.Contains(h.Stack, "loopsForEver") {
		t.Errorf("a loop: %v", err)
	}
	if err := In(50*time.Millisecond, loops, func() error { time.Sleep(300 * time.Millisecond); return nil }); err != nil {
		t.Errorf("a sleep: %v", err)
	}
	if err := In(time.Second, loops, func() error { runtime.Goexit(); return nil }); err != nil {
		t.Errorf("a goroutine that ends itself: %v", err)
	}
}
