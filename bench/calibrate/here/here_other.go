//go:build !linux

package here

import (
	"context"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu"
)

// Run returns lab.ErrUnsupported.
func Run(context.Context, *mmu.Spec, func(string, int, int)) (*Result, error) {
	return nil, lab.ErrUnsupported
}
