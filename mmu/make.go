package mmu

import (
	"lwbench/internal/reuse"
	"lwbench/mmu/smp"
)

// Make returns a pointer to v, like &v, in memory of the design that was built on this machine before it was renewed. It is for
// what a design makes while it is built, and optional: a schedule search builds a design for each schedule.
func Make[T any](m *Machine, v T) *T {
	p := reuse.New(&m.kept, v)
	if smp.Instrumented {
		smp.Made(p)
	}
	return p
}

// MakeName returns a + b as Make does.
func MakeName(m *Machine, a, b string) string { return reuse.Text(&m.kept, a, b) }

// MakeSlice is make([]T, n) as Make is &v.
func MakeSlice[T any](m *Machine, n int) []T {
	s := reuse.Slice[T](&m.kept, n)
	if smp.Instrumented {
		smp.MadeSlice(s)
	}
	return s
}
