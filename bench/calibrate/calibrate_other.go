//go:build !linux

package calibrate

import (
	"context"

	"lwbench/bench/calibrate/lab"
)

// Run returns lab.ErrUnsupported.
func Run(context.Context, Options) (*Result, error) { return nil, lab.ErrUnsupported }
