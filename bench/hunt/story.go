package hunt

import (
	"fmt"
	"strings"

	"lwbench/allocators/interleave"
	"lwbench/allocators/ops"
	"lwbench/mmu"
	"lwbench/mmu/explore"
)

// Story is a failing run told step by step.
type Story struct {
	CPUs     int
	Text     string    // what went wrong, one line
	KVA      string    // the address at stake, or empty
	Decision *Decision // the line where the wrong decision was taken, or nil where nobody can say
	Moments  []Moment
	Failed   int // CPU on which it showed
	// Preemptions is how often the run took a CPU from a thread that could go on.
	Preemptions int
}

// Moment is one thing that happened: an operation begins, ends or goes on, or an event within it.
type Moment struct {
	At    mmu.Cycles
	CPU   int
	Op    string // "0 alloc b 1", of the operation that it belongs to
	Kind  MomentKind
	Text  string // "the PTE of 0xc0000000: page 0 -> page 1 (kenter_quick)"
	Where Place  // the design's own code that did it, if any
	State State  // of the address at stake, afterwards
}

// MomentKind tells the moments apart.
type MomentKind uint8

// The kinds of moments.
const (
	Begins MomentKind = iota
	Does
	Ends
	GoesWrong
)

// State is what the page table, the TLBs and the mask say of the address at stake.
type State struct {
	PTE  string   // "page 1", "-"
	TLB  []string // by CPU; "-" is nothing, a '!' in front that it is not what the PTE says
	Mask string   // "{0 1}", or empty where the buffer has none
}

// String is the state as one line.
func (s *State) String() string {
	if s.PTE == "" {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "PTE %s", s.PTE)
	for id, p := range s.TLB {
		fmt.Fprintf(&b, "  TLB%d %s", id, p)
	}
	if s.Mask != "" {
		fmt.Fprintf(&b, "  mask %s", s.Mask)
	}
	return b.String()
}

// Decision is where things went wrong, which is earlier than where it shows.
type Decision struct {
	Place
	CPU int
	Why string // one line
}

// Tell makes the run of one schedule and writes down what happens. f is nil when nothing goes wrong.
func Tell(t *ops.Trace, set *interleave.Setting, schedule explore.Schedule) (*Story, *interleave.Failure, error) {
	p := interleave.NewPlan(t)
	w := &witness{plan: p, story: &Story{CPUs: t.CPUs}, on: make([][]int, t.CPUs), parked: make([]Place, t.CPUs)}
	for range 2 { // the first run learns which address is at stake
		w.reset()
		r := explore.NewReplay(schedule)
		r.Begin()
		f, err := p.Run(set, r, w)
		if err != nil || f == nil {
			return nil, nil, err
		}
		w.failure, w.kva, w.known = f, f.KVA, f.At
		w.story.Preemptions = r.Preemptions()
	}
	w.end()
	return w.story, w.failure, nil
}

// witness writes the story down.
type witness struct {
	plan    *interleave.Plan
	story   *Story
	failure *interleave.Failure
	view    interleave.View
	on      [][]int // by CPU: the operations under way, the innermost last
	parked  []Place // by CPU: where it stood last
	known   bool
	kva     mmu.KVA
	owner   string        // the buffer whose address is at stake
	wrote   []*mmu.Event  // PTE changes at the address at stake
	places  map[int]Place // by index of wrote
	begun   bool
}

func (w *witness) reset() {
	w.story.Moments, w.wrote, w.begun, w.owner = nil, nil, false, ""
	w.places = map[int]Place{}
	for i := range w.on {
		w.on[i] = nil
	}
}

// Begin implements interleave.Watcher.
func (w *witness) Begin(v interleave.View, cpu, op int) {
	w.view, w.begun = v, true
	w.on[cpu] = append(w.on[cpu], op)
	w.add(Moment{At: v.Machine().CPU(cpu).Moment(), CPU: cpu, Kind: Begins})
}

// End implements interleave.Watcher.
func (w *witness) End(v interleave.View, cpu, op int) {
	w.add(Moment{At: v.Machine().CPU(cpu).Moment(), CPU: cpu, Kind: Ends})
	w.on[cpu] = w.on[cpu][:len(w.on[cpu])-1]
}

// Parked implements interleave.Watcher.
func (w *witness) Parked(cpu int, pcs []uintptr) { w.parked[cpu] = placeOf(pcs) }

// Event implements mmu.Probe.
func (w *witness) Event(e *mmu.Event) {
	if !w.begun {
		return
	}
	mine := w.known && e.KVA == w.kva
	switch e.Kind {
	case mmu.PTEWritten:
		if op := w.op(e.CPU); mine && op != nil && op.Verb == ops.Alloc {
			w.owner = op.Name
		}
		if mine {
			w.places[len(w.wrote)] = here()
			w.wrote = append(w.wrote, clone(e))
		}
		w.does(e, fmt.Sprintf("the PTE of %v: %s -> %s (%s)", e.KVA, page(e.Old), page(e.Page), e.Note))
	case mmu.TLBFilled:
		w.does(e, fmt.Sprintf("the TLB is filled: %v is %s %s", e.KVA, page(e.Page), e.Note))
	case mmu.TLBInvalidated:
		w.does(e, fmt.Sprintf("invlpg %v", e.KVA))
	case mmu.TLBFlushed:
		w.does(e, strings.TrimSpace("the whole TLB is flushed "+e.Note))
	case mmu.ShotDown:
		w.does(e, fmt.Sprintf("%s of %v: %d others told", e.Note, e.KVA, e.Targets))
	case mmu.Asked:
		if op := w.op(e.CPU); mine && op != nil {
			w.owner = op.Name
		}
		w.does(e, strings.TrimSpace(fmt.Sprintf("asks for the address: %v, %s", e.KVA, e.Note)))
	case mmu.KVATaken:
		w.does(e, fmt.Sprintf("takes %v from the kernel map", e.KVA))
	case mmu.KVAGiven:
		w.does(e, fmt.Sprintf("gives %v back to the kernel map", e.KVA))
	case mmu.Slept:
		w.does(e, "sleeps on "+e.Note)
	}
}

func (w *witness) does(e *mmu.Event, text string) {
	w.add(Moment{At: e.At, CPU: e.CPU, Kind: Does, Text: strings.TrimSuffix(strings.TrimSpace(text), ","), Where: here()})
}

// op returns the operation under way on a CPU, or nil.
func (w *witness) op(cpu int) *ops.Op {
	if n := len(w.on[cpu]); n > 0 {
		return &w.plan.Ops[w.on[cpu][n-1]]
	}
	return nil
}

func (w *witness) add(m Moment) {
	if op := w.op(m.CPU); op != nil {
		m.Op = op.String()
	}
	m.State = w.state()
	w.story.Moments = append(w.story.Moments, m)
}

// state looks at the address at stake.
func (w *witness) state() (s State) {
	if !w.known {
		return s
	}
	m := w.view.Machine()
	pte := m.PeekPTE(w.kva)
	s.PTE = page(pte)
	for id := range w.plan.CPUs {
		pg, ok := m.PeekTLB(id, w.kva)
		text := "-"
		if ok {
			text = page(pg)
			if pg != pte {
				text = "!" + text
			}
		}
		s.TLB = append(s.TLB, text)
	}
	if mask, ok := w.view.Mask(w.owner); ok {
		s.Mask = mask.String()
	}
	return s
}

// end closes the story.
func (w *witness) end() {
	f := w.failure
	s := w.story
	s.Text, s.Failed = f.Text, f.CPU
	if w.known {
		s.KVA = w.kva.String()
	}
	m := Moment{CPU: f.CPU, Kind: GoesWrong, Text: f.Kind + ": " + f.Text, State: w.state()}
	if f.Op >= 0 {
		m.Op = w.plan.Ops[f.Op].String()
	}
	if n := len(s.Moments); n > 0 {
		m.At = s.Moments[n-1].At
	}
	s.Moments = append(s.Moments, m)
	s.Decision = w.decision()
}

func page(p *mmu.Page) string {
	if p == nil {
		return "-"
	}
	return p.String()
}

func clone(e *mmu.Event) *mmu.Event {
	c := *e
	return &c
}
