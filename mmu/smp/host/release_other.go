//go:build !amd64 || race

package host

// StoreRelease is Store here: other architectures have no cheaper one, and the race detector does not see it.
func (w *Bare) StoreRelease(v uint64) { w.Store(v) }
