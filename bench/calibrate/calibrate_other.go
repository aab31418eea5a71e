//go:build !linux

package calibrate

import (
	"context"
	"os"
)

// Run returns ErrUnsupported.
func Run(context.Context, Options) (*Result, error) { return nil, ErrUnsupported }

// Beside returns ErrUnsupported.
func Beside(string, string, *os.File) error { return ErrUnsupported }
