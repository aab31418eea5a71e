package alloctest_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/internal/hang"
	"lwbench/mmu"
)

// broken is a design that loops forever or panics without calling the machine.
type broken struct {
	allocators.Allocator
	panics bool
	end    *atomic.Bool
}

func (a *broken) Alloc(*mmu.CPU, *mmu.Page, allocators.Flags) (allocators.Buf, error) {
	if a.panics {
		panic("no buffer")
	}
	for !a.end.Load() {
	}
	return nil, allocators.ErrNoBuf
}

// TestGuard: a design that loops or panics is an error with the design's stack; a clause that ends its goroutine, as t.Fatal
// and t.Skip do, is none.
func TestGuard(t *testing.T) {
	var end atomic.Bool
	defer end.Store(true)
	loops, panics := &broken{end: &end}, &broken{panics: true}
	err := alloctest.Guard(200*time.Millisecond, func() { _, _ = loops.Alloc(nil, nil, 0) })
	if stuck, ok := errors.AsType[*hang.Error](err); !ok || !strings.Contains(stuck.Stack, "(*broken).Alloc") {
		t.Errorf("a loop: %v", err)
	}
	err = alloctest.Guard(time.Second, func() { _, _ = panics.Alloc(nil, nil, 0) })
	if err == nil || !strings.Contains(err.Error(), "no buffer") || !strings.Contains(err.Error(), "(*broken).Alloc") {
		t.Errorf("a panic: %v", err)
	}
	t.Run("Skip", func(t *testing.T) {
		if err := alloctest.Guard(time.Second, func() { t.Skip("not applicable") }); err != nil {
			t.Error(err)
		}
	})
}
