// Package search looks for faults of a design without being told where: it tries scenario after scenario (package
// check/scenario), each under schedule after schedule (package check/schedule), until something goes wrong or the budget
// is spent; makes what it found as small as it can; and tells it.
//
//	search.go     the search of one design: shapes first, then random scenarios, side by side on the host's cores
//	scenario.go one scenario: all schedules up to so many preemptions, as far as they go; then random ones
//	shrink.go   fewer CPUs, operations, preemptions
//	report.go   what came out, and how far the search went
//	trace.go    the failing run told step by step: its words; recorder.go hears what happens; decision.go finds the line of
//	            source where the wrong decision was taken, place.go its text; text.go prints it (package lanes draws it)
//
// The same seed and budget give the same report on every host and any number of cores; a limit of time does not.
package search
