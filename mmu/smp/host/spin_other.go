//go:build !amd64 && !arm64

package host

// pause spins for n rounds.
func pause(n uint32) {
	for range n {
		_ = n
	}
}
