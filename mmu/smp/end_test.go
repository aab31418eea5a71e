package smp

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

//go:noinline
func brokenDesign() { panic("free list is empty") }

// TestPanicIsAnError: a panic in a body ends the run with an error that has the stack of the body, not of the code that resumes it.
func TestPanicIsAnError(t *testing.T) {
	defer goleak.VerifyNone(t)
	s, _ := newSystem(t, 3, nil)
	err := s.Run(context.Background(), func(c *CPU) error {
		c.Charge(CostWork, 100)
		c.Order()
		if c.ID() == 1 {
			brokenDesign()
		}
		return nil
	})
	var p *Panic
	if !errors.As(err, &p) || p.Body != 1 || p.Value != "free list is empty" || !strings.Contains(string(p.Stack), "brokenDesign") {
		t.Fatalf("%v; want cpu1's panic with its stack", err)
	}
}

// TestOneBusyCPUIsCancelled: a CPU that no other CPU holds back still ends when the context does.
func TestOneBusyCPUIsCancelled(t *testing.T) {
	for _, cpus := range []int{1, 2} {
		s, _ := newSystem(t, cpus, nil)
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		err := s.Run(ctx, func(c *CPU) error {
			for c.ID() == 0 {
				c.Charge(CostWork, 1000)
			}
			return nil
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d CPUs: %v", cpus, err)
		}
	}
}
