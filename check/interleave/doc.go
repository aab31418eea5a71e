// Package interleave runs an ops trace whose CPUs go at their own pace, under whatever chooses who acts next (smp.Scheduler),
// and says what went wrong. Of the order of the trace's lines only what must be is kept.
//
//	plan.go       which operation must come after which
//	run.go        one run of a plan: each CPU's lines, interrupts, and who watches
//	rules.go      what is a failure: the oracles' findings, a mask that does not tell the truth, deadlock, panic, …
//	quiescent.go  what must be so when all is over: everything has come back
//
// It decides nothing of the order itself: package explore does.
package interleave
