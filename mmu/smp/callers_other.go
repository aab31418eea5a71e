//go:build !amd64 && !arm64

package smp

import "runtime"

// callers fills pcs with the return addresses of the present stack, that of its caller first. Where there are no frame
// pointers it asks the runtime each time: slower, and as exact.
func callers(pcs *[maxStack]uintptr) int { return runtime.Callers(3, pcs[:]) }
