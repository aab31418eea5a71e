package search

import (
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/schedule"
	"lwbench/mmu"
)

// Counterexample is a failing run, step by step.
type Counterexample struct {
	Unfit     bool // nothing failed, and some choice of the schedule did not exist
	CPUs      int
	Kind      string    // of what went wrong: "stale access", …
	Text      string    // the failure, one line
	KVA       string    // the address in question, or empty
	Decision  *Decision // the line of the wrong decision, or nil if unknown
	Steps     []Step
	Positions []Position // the position of each CPU at the end, for a deadlock or livelock
	Failed    int        // the failing CPU
	// Preemptions is the number of times that the run preempted a thread that could continue.
	Preemptions int
}

// Step is one step of the run: an operation starts, ends or continues, or an event within it.
type Step struct {
	CPU  int
	Op   string // "alloc b 1 nowait", the operation of that CPU that it belongs to; empty for steps of its IPI handler
	Kind StepKind
	Text string // "PTE: page 0 -> page 1 by kenter_quick"
	// IPI is set for steps of the CPU's handler of an IPI from CPU From, in any operation. From is -1 if unknown.
	IPI  bool
	From int
	// Sent is the step at which From sent it without waiting; -1 if it waits for the answer.
	Sent  int
	Asked bool        // the CPU asked the buffer for its address,
	Bit   mmu.MaskBit // and this was its bit in the mask
	Where Place       // the design's code that did it, if any
	State State       // of the address in question, afterwards

	dropped bool // an invlpg or a flush of the CPU's own TLB
	flushes bool // that, or a shootdown, by the CPU's operation
}

// StepKind is the kind of a step.
type StepKind uint8

// The kinds of steps.
const (
	Begins StepKind = iota
	Does
	Ends
	InFlight // an IPI that its CPU has not taken at the end of the run
	Fails
)

// Decision is the place of the error, which is earlier than its effect.
type Decision struct {
	Place
	CPU int    `json:"cpu"`
	Why string `json:"why"` // one line
	// Step is the index of its step in the trace, or -1.
	Step int `json:"-"`

	// Cleared is where the PTE was cleared before, without a flush, if the wrong decision is to use the address again.
	Cleared Place `json:"cleared,omitzero"`

	shown int // lines below it that belong to it
}

// Position is the position of one CPU in a deadlock or livelock.
type Position struct {
	Place
	CPU int
	Op  string // current, or empty
	Why string // "waits for a wakeup on the sf_buf freelist: all 1 sf_bufs in use"
	// Interrupted is where the thread is that the CPU's interrupt handler interrupted, for a handler that waits for it.
	Interrupted Place
}

// Tell makes the run of one schedule and records its steps. If nothing fails, the failure is nil, and the
// counterexample only reports whether the schedule fitted.
func Tell(t *ops.Trace, set *interleave.Config, sched schedule.Schedule) (*Counterexample, *interleave.Failure, error) {
	p := interleave.NewPlan(t)
	w := &recorder{plan: p, story: &Counterexample{CPUs: t.CPUs}, parked: make([]Place, t.CPUs), below: make([]Place, t.CPUs)}
	var runner interleave.Runner
	defer runner.Close()
	for range 2 { // the first run finds the address in question
		w.reset()
		r := schedule.NewReplay(sched)
		r.Begin()
		f, err := runner.Run(p, set, r, w)
		if err != nil || f == nil {
			return &Counterexample{CPUs: t.CPUs, Unfit: !r.Fits()}, nil, err
		}
		if f.Race != nil {
			f.Text = raceText(f.Race)
		}
		w.failure = f
		if !w.known {
			w.kva, w.known = w.atStake()
		}
		w.story.Preemptions = r.Preemptions()
	}
	w.end()
	return w.story, w.failure, nil
}
