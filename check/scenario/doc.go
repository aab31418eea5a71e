// Package scenario generates small scenarios in which a search over schedules looks for faults: two to four CPUs, a
// few pages, a pool of one to three buffers, a TLB of a few entries, up to a dozen operations per CPU.
//
//	shapes.go   the fixed ones, tried first with every design: two CPUs with six operations each
//	random.go   those drawn from a seed, growing with their number: strays, interrupts, signals, address-space switches
//	deep.go     one in three of them: many live buffers, so that magazines fill and constructors fail
//	private.go  those for designs whose mappings are valid on one CPU only
//	tuning.go   small values of the tunables
//	wait.go     those in which CPUs sleep because the pool is too small
//	header.go   a scenario as a file: header lines give design, tunables and machine; and back as an interleave.Config
//	small.go    the window and TLB of a scenario whose header gives none
//	reduce.go   removes parts of a scenario, for shrinking
//
// A scenario is a complete *ops.Trace, so that its text is all that a report needs. The same seed and number give the
// same scenario on every host.
package scenario
