//go:build amd64 || arm64

package smp

// CanInstrument reports whether instrumented designs can be explored on this architecture.
const CanInstrument = true

// getg returns a number of the running goroutine that no other goroutine has at the same time.
func getg() uintptr
