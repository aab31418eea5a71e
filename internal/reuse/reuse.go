// Package reuse makes a list in the memory of one that is no longer needed. The schedule search makes a machine for each
// schedule, by the hundred thousand; most of a machine is lists, and their memory is the largest part of its cost.
//
// mmu, mmu/smp and check/interleave use it where they renew a structure: see smp.System.Renew.
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
