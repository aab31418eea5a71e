package workload

import (
	"lwbench/allocators"
	"lwbench/bench/input"
	"lwbench/bench/steady"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Workload is one pattern of mapping pages for a moment, as data. All lists them.
type Workload struct {
	Name   string
	Doc    string             // one line: who does this in a kernel, and with what shape
	Params []Param            // its knobs, named "workload.param"
	Check  func(Values) error // what cannot go together, in one line; nil where everything can
	// Input is empty or the parameter that names an input file. A cell that reads one goes through it once, and all of it
	// counts. Without a file a workload that NeedsInput cannot run; it is not in the default sweep.
	Input      string
	NeedsInput bool
	// CheckInput reports, before anything runs, an input file in which there is nothing to run. It uses Params and Files
	// of the cell. Nil where there is no Input.
	CheckInput func(*Cell) error
	Setup      func(*Cell) (Body, error)
	// Needs says what the workload asks of a design, given the parameters of the cell; the cell has no machine. Nil is nothing.
	Needs func(*Cell) Needs
}

// Body is what one CPU does; it is called once on each CPU: for e.Next() { … }, as testing.B.Loop.
type Body func(e *Env) error

// Cell is what Setup gets to build on: one fresh machine with one allocator. Setup may add pages to the machine.
type Cell struct {
	Machine *mmu.Machine
	Alloc   allocators.Allocator
	Design  *allocators.Design
	// Watch decides when counting begins and when the run ends. Where it is nil, each CPU does Warmup operations and Ops
	// more, and counts those: on real threads, for real input, and where every operation is of interest.
	Watch  steady.Watch
	Ops    int    // operations a CPU; 0 where the input decides
	Warmup int    // operations a CPU before counting starts
	Seed   uint64 // all randomness comes from it
	Params Values // parameters given by the user
	// Files opens the input. Where it is nil, files are opened by name and standard input is refused.
	Files        *input.Files
	steps        int // a workload of single steps, one after another, sets these in place of a Body
	step         func(i int) (cpu int, do func(*Env) error)
	constantGaps bool
	Notes        func() []string // set by Setup: what there is to say of the input when the run is over
}

// Reads reports whether a cell with these parameters takes its operations from an input file.
func (w *Workload) Reads(values Values) bool { return w.Input != "" && values[w.Input] != "" }

// files returns the cell's Files, or new ones that know no standard input.
func (c *Cell) files() *input.Files {
	if c.Files == nil {
		c.Files = new(input.Files)
	}
	return c.Files
}

// Outcome is everything measured in one cell, in its window of counting. All figures are sums over CPUs unless they say
// otherwise. An operation counts where it ends.
type Outcome struct {
	Ops     int64      // finished alloc-use-free operations
	Cycles  mmu.Cycles // busy cycles: all that was charged, idle time apart
	From    mmu.Cycles // when the window began; not a sum
	Before  int64      // operations that had ended by then
	Elapsed mmu.Cycles // length of the window; without one, virtual time until the last CPU was done; not a sum
	Verdict steady.Verdict
	Latency *Histogram // cycles of one op: its alloc, kva, use and free, on whichever CPU they ran; hold time apart
	// Counters are those of the window, but Stale, StaleRisk and Faults are those of the whole run: start-up does not excuse
	// a wrong access.
	Counters                      mmu.Counters
	Spent                         [smp.NumCosts]mmu.Cycles
	Allocs, Frees, Failed, Reuses int64
	KVAPages                      int       // most KVA pages taken at once in the whole run
	PeakBufs                      int64     // most buffers in use at once; on real threads a sample
	Starved                       int       // CPUs that had ended operations before the window and ended none in it
	Rates                         []float64 // of each CPU: its allocs and frees (an operation is one of each) a busy cycle; 0 where it had neither
	Findings                      []mmu.Finding
	Notes                         []string     // what the workload has to say of its input: "12 of 3000 lines did not parse"
	Live                          *LiveOutcome // on real threads; nil under the virtual clock
	Digest                        uint64       // over clocks, counters and TLB misses of every CPU: equal runs have equal digests
}
