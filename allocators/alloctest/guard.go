package alloctest

import (
	"cmp"
	"runtime/debug"
	"strings"
	"time"

	"lwbench/internal/hang"
	"lwbench/mmu/smp"
)

// stuckAfter is how long a design may compute without a call of the machine. Designs that work need microseconds.
const stuckAfter = 20 * time.Second

// guard runs one clause. A design that loops without calling the machine, or panics outside of a run, is an error with its own
// stack: go test would show those of all goroutines, and after ten minutes. A *hang.Error leaves the design looping.
func guard(bound time.Duration, clause func()) (err error) {
	var panicked error
	err = hang.In(bound, inDesign, func() error {
		defer func() {
			if v := recover(); v != nil {
				panicked = &smp.Panic{Value: v, Stack: debug.Stack()}
			}
		}()
		clause()
		return nil
	})
	return cmp.Or(err, panicked)
}

// inDesign reports whether a stack is that of a design which is not calling the machine.
func inDesign(stack string) bool {
	const ours, designs = "lwbench/", "lwbench/allocators/"
	for line := range strings.Lines(stack) {
		if !strings.HasPrefix(line, ours) {
			continue
		}
		name, ok := strings.CutPrefix(line, designs)
		return ok && !strings.HasPrefix(name, "handle.") && !strings.HasPrefix(name, "ops.") && !strings.HasPrefix(name, "alloctest.")
	}
	return false
}
