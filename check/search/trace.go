package search

import (
	"strings"

	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/schedule"
	"lwbench/mmu"
)

// Counterexample is a failing run told step by step.
type Counterexample struct {
	Unfit     bool // nothing went wrong, and some choice of the schedule was not there
	CPUs      int
	Kind      string    // of what went wrong: "stale access", …
	Text      string    // what went wrong, one line
	KVA       string    // the address at stake, or empty
	Decision  *Decision // the line where the wrong decision was taken, or nil where nobody can say
	Steps     []Step
	Positions []Position // where each CPU stands at the end, if that is what went wrong
	Failed    int        // CPU on which it showed
	// Preemptions is how often the run took a CPU from a thread that could go on.
	Preemptions int
}

// Step is one thing that happened: an operation begins, ends or goes on, or an event within it.
type Step struct {
	CPU  int
	Op   string // "alloc b 1 nowait", the operation of that CPU to which it belongs; empty for what its IPI handler does
	Kind StepKind
	Text string // "PTE: page 0 -> page 1 by kenter_quick"
	// IPI tells that the CPU's handler did it, for an IPI of CPU From: whatever the CPU was at. From is -1 where nobody knows.
	IPI  bool
	From int
	// Sent is the moment at which From sent it and went on; -1 where it waits for the answer.
	Sent  int
	Asked bool        // the CPU asked the buffer for its address,
	Bit   mmu.MaskBit // and the mask said this of it
	Where Place       // the design's own code that did it, if any
	State State       // of the address at stake, afterwards

	dropped bool // it is an invlpg or a flush of the CPU's own TLB
}

// StepKind tells the moments apart.
type StepKind uint8

// The kinds of moments.
const (
	Begins StepKind = iota
	Does
	Ends
	InFlight // an IPI that its CPU has not taken when the run is over
	Fails
)

// State is what the page table, the TLBs and the mask say of the address at stake.
type State struct {
	PTE  string   // "page 1", "-"
	TLB  []string // by CPU; "-" is nothing, a '!' in front that it is not what the PTE says
	Mask string   // "{0-1}", or empty where the buffer has none
}

// blank reports whether the state says nothing: no address is at stake, or nothing is known of it yet.
func (s *State) blank() bool {
	if s.PTE != "" && s.PTE != "-" || s.Mask != "" {
		return false
	}
	for _, t := range s.TLB {
		if t != "-" {
			return false
		}
	}
	return true
}

// Stale reports whether some TLB has what the PTE does not say.
func (s *State) Stale() bool { return strings.Contains(strings.Join(s.TLB, ""), "!") }

// equal compares all that a state says.
func (s *State) equal(o *State) bool {
	return s.PTE == o.PTE && s.Mask == o.Mask && strings.Join(s.TLB, ",") == strings.Join(o.TLB, ",")
}

// Decision is where things went wrong, which is earlier than where it shows.
type Decision struct {
	Place
	CPU int    `json:"cpu"`
	Why string `json:"why"` // one line
	// Step is when it was taken, by its index in the story, or -1.
	Step int `json:"-"`
}

// Position is where one CPU is when nothing moves any more.
type Position struct {
	Place
	CPU int
	Op  string // under way, or empty
	Why string // "waits for a wakeup on the sf_buf freelist: all 1 sf_bufs in use"
}

// Tell makes the run of one schedule and writes down what happens. Where nothing goes wrong the failure is nil, and the
// story says only whether the schedule fitted.
func Tell(t *ops.Trace, set *interleave.Config, sched schedule.Schedule) (*Counterexample, *interleave.Failure, error) {
	p := interleave.NewPlan(t)
	w := &recorder{plan: p, story: &Counterexample{CPUs: t.CPUs}, parked: make([]Place, t.CPUs)}
	var runner interleave.Runner
	defer runner.Close()
	for range 2 { // the first run learns which address is at stake
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
