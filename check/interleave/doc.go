// Package interleave runs an ops trace whose CPUs proceed independently, under a Scheduler that chooses the next
// actor, and reports failures. Of the order of the trace's lines it keeps only what is necessary.
//
//	plan.go       the necessary order of the operations
//	run.go        one run of a plan: each CPU's lines, interrupt handlers, and watchers
//	rules.go      the failures: findings of the oracles, an unsound mask, deadlock, panic, a data race, wrong counts
//	quiescent.go  the invariants after all operations: everything has been freed
//
// It does not choose the order: package schedule does.
package interleave
