package steady

import "lwbench/mmu/smp"

// Point is the whole machine at one moment of virtual time. All figures but At are sums since the start of the run.
type Point struct {
	At   smp.Cycles
	Ops  int64      // operations that have ended
	Busy smp.Cycles // of all CPUs, idle time apart
	KVA  int64      // most pages of KVA taken at once, so far
	// Mapped is how many pages of KVA have been mapped at least once. A design that has all its KVA from the start, and recycles none
	// of it before all is in use, is at its start-up until then.
	Mapped int64
	// Fills counts what caches of mappings and TLBs save once they are full: PTEs written, invlpg executed, page walks.
	Fills [3]int64
}

// Step is the answer to a Point.
type Step struct {
	Begin bool       // the window begins here; one that began before is void
	End   bool       // the window ends here, and so may the run
	Next  smp.Cycles // unless End: the moment of the next Point
}

// Watch follows one run. Look is called with Points at the moments asked for, the first at First.
type Watch interface {
	First() smp.Cycles
	Look(p Point) Step
	// Verdict describes the window; before its end the zero Verdict.
	Verdict() Verdict
}

// Status is what a Watch has found.
type Status uint8

// The statuses. All but Steady say why a figure may be wrong.
const (
	Whole    Status = iota // not looked for: the whole run counts
	Fixed                  // not looked for: the window was given
	Steady                 // the figures hold to the precision asked for
	Wide                   // settled, but less precise than asked for
	Growing                // the cost still changes: its halves differ
	TakesKVA               // KVA is still being taken: start-up is not over
)

// String describes the fault of the figures in a few words; it is empty if there is none.
func (s Status) String() string {
	return [...]string{"", "", "", "less precise than asked for", "the cost keeps changing", "still taking KVA"}[s]
}

// Unsettled reports whether a longer run would give another figure, as opposed to the same figure more precisely.
func (s Status) Unsettled() bool { return s >= Growing }

// Verdict describes a window.
type Verdict struct {
	Status Status
	// Drift is by how much the cost of an operation differs from that of the part of the run before the window that is half
	// as long, as a fraction of the latter; of a Fixed window, the second half from the first.
	Drift float64
	// Cost and Throughput are half-widths of the 95 % confidence intervals of cycles per operation and operations per
	// cycle, as fractions of each, from batches of the window.
	Cost, Throughput float64
}
