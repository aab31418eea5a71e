// Package schedule searches over schedules: which CPU, IPI or interrupt acts at each point of a run. A Search is the
// smp.Scheduler of one run after another, each on a fresh machine; the package knows nothing of the program.
//
//	for search.Begin() { failed := program(search); … }
//
// If several actors could act, choice 0 is the default: IPIs that have arrived, then the running thread, then the
// lowest clock. A schedule is the list of points at which another was chosen, "17:1,40:2". It can be printed, parsed,
// replayed and shortened.
//
//	schedule.go   the list of deviations
//	run.go        the common part of all searches: points, recording, the bound against livelock
//	bounded.go    every schedule up to a number of preemptions
//	reduced.go    every schedule, up to the order of independent steps; footprint.go: which steps depend on each other
//	random.go, pct.go, replay.go
//	shrink.go     fewer deviations for the same failure
//
// A Search is used by one goroutine at a time; two searches are independent.
package schedule
