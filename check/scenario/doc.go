// Package scenario makes small uses of a design, in which a search over schedules looks for faults: two to four CPUs, a few
// pages, a pool of one to three buffers, a TLB of a few entries, up to a dozen operations a CPU.
//
//	shapes.go   the fixed ones: what every design is tried with first, two CPUs with six operations each
//	random.go   those drawn from a seed, growing with their number: strays, interrupts, signals, address-space switches
//	deep.go     one in three of them: many buffers live, so that magazines fill and constructors fail
//	private.go  those of designs whose mappings are valid on one CPU only
//	tuning.go   small values of the tunables
//	wait.go     those in which CPUs sleep for a pool that is too small
//	header.go  a scenario as a file: header lines say which design, tunables and machine; back again as an interleave.Config
//	small.go    the window and TLB of a scenario whose header gives none
//	reduce.go   a scenario with less in it, for shrinking
//
// A scenario is an *ops.Trace and everything about it is in there, so that its text is all that a report needs. The same
// seed and number give the same scenario on every host.
package scenario
