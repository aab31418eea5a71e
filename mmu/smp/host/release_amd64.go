//go:build amd64 && !race

package host

import "unsafe"

// StoreRelease stores v: whoever reads it sees all that was stored before. What this thread reads afterwards may come before
// it, so that dropping a lock costs no locked instruction, as in C; Store on amd64 is one.
//
// Note: a plain store is enough. The compiler keeps the order of memory operations that follow one another, and stores of
// amd64 are not seen before what the CPU has done earlier. A function in assembly, which says so outright, costs two calls.
func (w *Bare) StoreRelease(v uint64) { *(*uint64)(unsafe.Pointer(w)) = v }
