package host

import "unsafe"

// Address returns the address and size in bytes of *p. An address does not identify an object: the collector reuses
// addresses, and they differ between runs.
func Address[T any](p *T) (at, size uintptr) {
	return uintptr(unsafe.Pointer(p)), unsafe.Sizeof(*p)
}

// Array returns the address and size in bytes of the array behind s; 0 if there is none.
func Array[T any](s []T) (at, size uintptr) {
	if cap(s) == 0 {
		return 0, 0
	}
	var t T
	return uintptr(unsafe.Pointer(unsafe.SliceData(s))), uintptr(cap(s)) * unsafe.Sizeof(t)
}
