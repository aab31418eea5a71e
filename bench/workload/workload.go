package workload

import (
	"lwbench/allocators"
	"lwbench/bench/input"
	"lwbench/bench/steady"
	"lwbench/mmu"
	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// Workload is a pattern of temporary page mappings, as data. All lists them.
type Workload struct {
	Name   string
	Doc    string             // one line: which kernel code does this, and its shape
	Params []Param            // its knobs, named "workload.param"
	Check  func(Values) error // reports invalid combinations, in one line; nil if there are none
	// Input is empty or the parameter that names an input file. A cell reads it once, and all of it counts. A
	// workload that NeedsInput cannot run without a file; it is not in the default sweep.
	Input      string
	NeedsInput bool
	Aside      bool // it is not in the default sweep: few designs can run it, or it measures something else than the cost of an operation
	// CheckInput reports, before anything runs, an input file without usable content. It uses Params and Files of the
	// cell. Nil if there is no Input.
	CheckInput func(*Cell) error
	Setup      func(*Cell) (Body, error)
	// Needs returns what the workload requires of a design, given the parameters of the cell, which has no machine.
	// Nil is nothing.
	Needs func(*Cell) Needs
}

// Body is the code of one CPU, called once on each: for e.Next() { … }, as with testing.B.Loop.
type Body func(e *Env) error

// Cell is the argument of Setup: a fresh machine with one allocator. Setup may add pages to the machine.
type Cell struct {
	Machine *mmu.Machine
	Alloc   allocators.Allocator
	Design  *allocators.Design
	// Watch decides when counting begins and when the run ends. If it is nil, each CPU does Warmup operations and
	// then Ops operations that count: on real threads, for real input, and if every operation matters.
	Watch  steady.Watch
	Cold   bool   // with a Watch: the working set has not been touched before the run (see Env.Warm)
	Ops    int    // operations per CPU; 0 if the input decides
	Warmup int    // operations per CPU before counting starts
	Seed   uint64 // of all random numbers
	Params Values // parameters given by the user
	// Counters are the host's, for a run on real threads; nil is host.Hardware.
	Counters host.CounterSource
	// Files opens the input. If it is nil, files are opened by name and standard input is an error.
	Files        *input.Files
	steps        int // set instead of a Body by a workload of single steps, which run one after another
	step         func(i int) (cpu int, do func(*Env) error)
	constantGaps bool
	computing    mmu.CPUSet      // CPUs whose own work is not part of the cost; set by Setup
	Notes        func() []string // set by Setup: notes on the input, after the run
}

// Reads reports whether a cell with these parameters takes its operations from an input file.
func (w *Workload) Reads(values Values) bool { return w.Input != "" && values[w.Input] != "" }

// files returns the cell's Files, or new ones without standard input.
func (c *Cell) files() *input.Files {
	if c.Files == nil {
		c.Files = new(input.Files)
	}
	return c.Files
}

// Exposure says for how long after its last free a page could still be reached through a PTE or a TLB entry.
type Exposure struct {
	Frees            int64      // last frees of a page
	Median, P99, Max mmu.Cycles // over these frees; Median and P99 are at most 1/32 too large
	Most             int        // pages exposed at once
	Left             int        // pages still exposed at the end; their time up to then is counted
}

// Outcome holds the measurements of one cell in its counting window. All figures are sums over CPUs unless noted. An
// operation counts where it ends.
type Outcome struct {
	Ops     int64      // finished alloc-use-free operations
	Cycles  mmu.Cycles // busy cycles: all charges except idle time
	From    mmu.Cycles // start of the window; not a sum
	Before  int64      // operations that had ended by then
	Elapsed mmu.Cycles // length of the window; without one, virtual time until the last CPU finished; not a sum
	Verdict steady.Verdict
	Latency *Histogram // cycles of one op: its alloc, kva, use and free, on whichever CPU they ran; without the hold time
	// Counters are those of the window, but Stale, StaleRisk and Faults are those of the whole run: start-up does not
	// excuse a wrong access.
	Counters                      mmu.Counters
	Spent                         [smp.NumCosts]mmu.Cycles
	Allocs, Frees, Failed, Reuses int64
	KVAPages                      int        // most KVA pages allocated at once in the whole run
	PeakBufs                      int64      // most buffers in use at once; on real threads a sample
	Computing                     int        // CPUs that only compute
	Lost                          mmu.Cycles // stolen from them
	Stall                         mmu.Cycles // the longest time for which one of them was held up at once; not a sum
	Starved                       int        // CPUs that had ended operations before the window and ended none in it, or that waited for a mapping all the time
	Rates                         []float64  // of each CPU: its allocs and frees (an operation is one of each) per busy cycle; 0 if it had neither
	Findings                      []mmu.Finding
	Notes                         []string     // notes of the workload on its input: "12 of 3000 lines did not parse"
	Live                          *LiveOutcome // on real threads; nil under the virtual clock
	Exposure                      *Exposure    // of the whole run, with its warm-up; nil unless it was measured
	Digest                        uint64       // hash of clocks, counters and TLB misses of every CPU: equal runs have equal digests
}
