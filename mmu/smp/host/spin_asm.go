//go:build amd64 || arm64

package host

// pause executes n pause instructions, at least one.
func pause(n uint32)
