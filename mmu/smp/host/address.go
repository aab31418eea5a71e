package host

import "unsafe"

// Address returns where *p lies, and how many bytes it has. An address is no name: the collector reuses addresses, and another
// run has others.
func Address[T any](p *T) (at, size uintptr) {
	return uintptr(unsafe.Pointer(p)), unsafe.Sizeof(*p)
}

// Array returns where the array behind s lies, and how many bytes it has; 0 where there is none.
func Array[T any](s []T) (at, size uintptr) {
	if cap(s) == 0 {
		return 0, 0
	}
	var t T
	return uintptr(unsafe.Pointer(unsafe.SliceData(s))), uintptr(cap(s)) * unsafe.Sizeof(t)
}
