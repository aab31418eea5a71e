//go:build amd64 || arm64

package host

// pause tells the CPU n times, at least once, that the thread spins: it leaves the memory bus to others.
func pause(n uint32)
