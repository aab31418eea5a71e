//go:build amd64 && !race

package host

import "unsafe"

// StoreRelease stores v with release semantics: a thread that reads v also sees all earlier stores. Later loads of
// this thread may be reordered before it, so that an unlock needs no locked instruction, as in C; Store on amd64
// does.
//
// Note: a plain store is enough. The compiler keeps the order of memory operations, and amd64 does not make stores
// visible before earlier operations. An assembly function, which would guarantee it, costs two calls.
func (w *Bare) StoreRelease(v uint64) { *(*uint64)(unsafe.Pointer(w)) = v }
