//go:build !amd64 && !arm64

package smp

// CanInstrument reports whether instrumented designs can be explored on this architecture.
const CanInstrument = false

func getg() uintptr { return 0 }
