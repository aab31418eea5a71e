//go:build amd64 && !race

package host

// StoreRelease stores v: whoever reads it sees all that was stored before. What this thread reads afterwards may come before
// it, so that dropping a lock costs no locked instruction, as in C; Store on amd64 is one.
func (w *Bare) StoreRelease(v uint64) { storeRelease(w, v) }

//go:noescape
func storeRelease(w *Bare, v uint64)
