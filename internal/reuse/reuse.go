// Package reuse makes a list, or what a design consists of, in memory that is no longer needed. The schedule search
// makes a machine and a design for each schedule, by the hundred thousand, and their memory is the largest part of what
// that costs.
//
// mmu, mmu/smp and check/interleave use it where they renew a structure: see smp.System.Renew; designs by mmu.Make.
package reuse

// Zeros returns n zero values, in the memory of list if there is room.
func Zeros[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n)
	}
	list = list[:n]
	clear(list)
	return list
}

// Room returns n values that may be anything, in the memory of list if there is room.
func Room[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n)
	}
	return list[:n]
}
