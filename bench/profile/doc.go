// Package profile turns the simulated cost of a cell into a pprof profile: which lines of the allocators' source spent the
// cycles. It is exact: every charge is counted, the totals equal the cell's counters, and profiling changes no clock.
//
//	collector.go   the smp.Profiler: the stacks seen so far, and what each CPU spent at each
//	fold.go        the frames of a real call stack that a reader sees
//	build.go       from counts to a profile.Profile, with the same bytes in every run
//	live.go        profiles of cells on real threads, from Go's CPU profile and samples of lock waits
//	read.go        reads profile files and rejects foreign ones
//	neutral.go     puts two designs on the same frames, for a diff
//	top.go         the most expensive lines as a table
//	render.go      pprof's flame graph in one file
//
// A stack consists of the workload, the phase (Env.Alloc, Env.ask for the KVA, Env.touch, Env.Free), the design's own
// functions, the primitive of the machine, and as its leaf the kind of cost. Frames of the simulator below the
// primitive are folded away. Cycles that an IPI took from a CPU are attributed to the stack that sent it, at the leaf
// "stolen", and to stolen_cycles. A lock wait is attributed to the waiter's stack (lockwait_cycles) and again, outside
// the cycles, to the stack that dropped the lock (lockdelay_cycles), as in Go's mutex profile. Idle time and the
// warm-up are left out, as in cycles/op. Profiles of real threads have the same stacks and labels, and other sample
// types. A Collector belongs to one run on one goroutine. The other functions may be called concurrently.
package profile
