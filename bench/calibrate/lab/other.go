//go:build !linux

package lab

import "os"

// Beside returns ErrUnsupported.
func Beside(string, string, *os.File) error { return ErrUnsupported }
