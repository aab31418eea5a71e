// Package schedule searches over schedules: which CPU, IPI or interrupt acts at each point of a run. A Search is the
// smp.Scheduler of run after run, each on a fresh machine; the package does not know what runs.
//
//	for search.Begin() { failed := program(search); … }
//
// Where several actors could act, choice 0 is what happens without a choice: IPIs that have arrived, then the running thread,
// then the lowest clock. A schedule is the list of points at which another was chosen, "17:1,40:2". It can be printed, parsed,
// replayed and shortened.
//
//	schedule.go   the list of deviations
//	run.go        what all searches share: points, recording, the bound against livelock
//	bounded.go    every schedule up to a number of preemptions
//	reduced.go    every schedule, up to the order of independent steps; footprint.go: when steps depend on each other
//	random.go, pct.go, replay.go
//	shrink.go     fewer deviations for the same failure
//
// A Search is used by one goroutine at a time; two searches are independent.
package schedule
