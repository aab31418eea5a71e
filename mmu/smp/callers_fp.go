//go:build amd64 || arm64

package smp

// callers fills pcs with the return addresses of the present stack, that of its caller first, by walking the frame
// pointers, and returns how many there are. Go keeps frame pointers on these two architectures; at the bottom of a
// goroutine they end in 0.
//
//go:noescape
func callers(pcs *[maxStack]uintptr) int
