package ops

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
)

// SetTunable executes a sysctl operation on c: it changes a tunable of d, whose running allocator is a. The error is
// one line: a tunable that d does not have, a value out of range, or one that cannot be changed while a runs.
func SetTunable(c *mmu.CPU, d *allocators.Design, a allocators.Allocator, op *Op) error {
	k, ok := d.Tunable(op.Name)
	if !ok {
		return fmt.Errorf("sysctl %.60s: %s has no such tunable: see lwbench list allocators", op.Name, d.Name)
	}
	n, err := k.Parse(op.Text)
	if err != nil {
		return fmt.Errorf("sysctl %w", err)
	}
	s, ok := a.(allocators.Sysctler)
	if !ok {
		return fmt.Errorf("sysctl %s: no tunable of %s can be changed while it runs: expected no sysctl", op.Name, d.Name)
	}
	if err := s.Sysctl(c, op.Name, n); err != nil {
		return fmt.Errorf("sysctl %w", err)
	}
	return nil
}
