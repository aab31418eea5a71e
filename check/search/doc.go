// Package search looks for faults of a design without being told where. It tries scenario after scenario (package scenario),
// each under schedule after schedule (package schedule), until something goes wrong or the budget is spent. It minimizes each
// failure and prints a trace.
//
//	search.go    the search of one design, side by side on the host's cores
//	rounds.go    the order of the scenarios: many with few schedules first, deeper later
//	scenario.go  one scenario: schedules in order of preemptions, random ones, or all up to the order of independent steps
//	guard.go     a design that does not come back
//	shrink.go    fewer CPUs, operations, preemptions
//	report.go    the result, and how far the search went
//	trace.go     the counterexample; recorder.go records the failing run, decision.go finds the line of source where the wrong
//	             decision was taken, place.go its text; text.go prints it (package timeline draws it)
//
// The same seed and budget give the same report on every host and any number of cores; a limit of time does not.
package search
