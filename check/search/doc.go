// Package search looks for faults of a design without hints. It tries one scenario after another (package scenario),
// each under one schedule after another (package schedule), until something fails or the budget is spent. It
// minimizes each failure and prints a trace.
//
//	search.go    the search of one design, in parallel on the host's cores
//	rounds.go    the order of the scenarios: many with few schedules first, deeper later
//	scenario.go  one scenario: schedules in order of preemptions, random ones, or all up to the order of independent steps
//	guard.go     a design that hangs
//	shrink.go    fewer CPUs, operations, preemptions
//	report.go    the result, and the coverage of the search
//	trace.go     the counterexample; recorder.go records the failing run, decision.go finds the source line of the wrong
//	             decision, place.go its text; text.go prints it (package timeline draws it)
//
// The same seed and budget give the same report on every host and any number of cores; a time limit does not.
package search
