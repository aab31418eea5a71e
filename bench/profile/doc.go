// Package profile turns the simulated cost of a cell into a pprof profile: who spent the cycles, in the allocators' own
// source. It is exact: every charge is counted, the totals are the cell's counters, and the clocks are the same with it.
//
//	collector.go   the smp.Profiler: stacks seen so far, and what each CPU spent at each
//	fold.go        which frames of a real call stack a reader sees
//	build.go       from counts to a profile.Profile, the same bytes in every run
//	read.go        profile files, and how a foreign one is refused
//	neutral.go     two designs on the same frames, for a diff
//	top.go         a table
//	render.go      pprof's flame graph in one file
//
// A stack reads workload, phase (Env.Alloc, Env.ask for the KVA, Env.touch, Env.Free), the design's own functions, the primitive of the
// machine, and as its leaf the kind of cost: what the simulator does below the primitive is folded away. Cycles that an
// IPI took from a CPU stand at the stack that sent it, at the leaf "stolen"; the same cycles are in stolen_cycles. A wait
// for a lock stands at the waiter's stack (lockwait_cycles) and once more, outside the cycles, at the stack of whoever
// dropped the lock (lockdelay_cycles), as in Go's mutex profile. Idle time is left out, as it is in cycles/op; so is the
// warm-up. A Collector belongs to one run on one goroutine; everything else may be called concurrently, but Render.
package profile
