// Package interleave runs an ops trace whose CPUs go at their own pace, under a Scheduler that chooses which acts next, and
// reports what goes wrong. Of the order of the trace's lines it keeps only what must be kept.
//
//	plan.go       which operation must come after which
//	run.go        one run of a plan: each CPU's lines, interrupt handlers, and who watches
//	rules.go      what is a failure: the oracles' findings, an unsound mask, deadlock, panic, a data race, wrong counts
//	quiescent.go  what must hold when all operations are over: everything has been given back
//
// It does not choose the order: package schedule does.
package interleave
