package workload

import (
	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Workload is one pattern of mapping pages for a moment, as data. All lists them.
type Workload struct {
	Name   string
	Doc    string             // one line: who does this in a kernel, and with what shape
	Params []Param            // its knobs, named "workload.param"
	Input  string             // empty, or the parameter that must name an input file (such a workload is not in the default sweep)
	Check  func(Values) error // what cannot go together, in one line; nil where everything can
	Setup  func(*Cell) (Body, error)
}

// Body is what one CPU does; it is called once on each CPU: for e.Next() { … }, as testing.B.Loop.
type Body func(e *Env) error

// Cell is what Setup gets to build on: one fresh machine with one allocator. Setup may add pages to the machine.
type Cell struct {
	Machine *mmu.Machine
	Alloc   allocators.Allocator
	Design  *allocators.Design
	Ops     int    // operations a CPU; 0 where the input decides
	Warmup  int    // operations a CPU before counting starts
	Seed    uint64 // all randomness comes from it
	Params  Values // parameters given by the user
	// Close, where Setup sets it, is called when the run is over; Notes then says what there is to say of the input.
	Close func() error
	steps int // a workload of single steps, one after another, sets these in place of a Body
	step  func(i int) (cpu int, do func(*Env) error)
	Notes func() []string
}

// Outcome is everything measured in one cell. All figures but Elapsed, KVAPages and Rates are sums over CPUs.
type Outcome struct {
	Ops                           int64      // finished alloc-use-free operations
	Cycles                        mmu.Cycles // busy cycles: all that was charged, idle time apart
	Elapsed                       mmu.Cycles // virtual time until the last CPU was done
	Latency                       *Histogram // cycles of one op: its alloc, kva, use and free, on whichever CPU they ran; hold time apart
	Counters                      mmu.Counters
	Spent                         [smp.NumCosts]mmu.Cycles
	Allocs, Frees, Failed, Reuses int64
	KVAPages                      int       // most KVA pages taken at once
	Rates                         []float64 // of each CPU: its allocs and frees (an operation is one of each) a busy cycle; 0 where it had neither
	Findings                      []mmu.Finding
	Notes                         []string     // what the workload has to say of its input: "12 of 3000 lines did not parse"
	Live                          *LiveOutcome // on real threads; nil under the virtual clock
	Digest                        uint64       // over clocks, counters and TLB misses of every CPU: equal runs have equal digests
}
