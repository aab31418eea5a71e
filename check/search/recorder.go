package search

import (
	"fmt"
	"slices"
	"strings"

	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/mmu"
)

// recorder records a counterexample.
type recorder struct {
	plan    *interleave.Plan
	story   *Counterexample
	failure *interleave.Failure
	view    interleave.View
	on      [][]int // by CPU: the active operations, the innermost last
	parked  []Place // by CPU: its last position
	below   []Place // by CPU: where the interrupt handler that it is in has interrupted its thread
	known   bool
	kva     mmu.KVA
	owner   string    // the buffer of the address in question
	wrote   []written // changes of the PTE of that address
	asked   []taken   // IPIs whose sender waits and is not known yet
	posted  [][]int   // by CPU: steps at which IPIs were sent to it that it has not taken
	begun   bool
	left    int // operations that have not ended
	// seen lists the addresses that operations have mapped, in order; back those that could be allocated at the end.
	seen   []mmu.KVA
	freed  *Decision // the free of the buffer in question, at its last call
	books  *Decision // the operation after which the design's data is inconsistent, at its last call
	global int       // the step at which it has become global, or -1
	back   map[mmu.KVA]bool
}

// written is a change of the PTE in question.
type written struct {
	event mmu.Event
	place Place
	entry Place  // in the method that the harness has called
	at    int    // index of its step
	mask  string // of the buffer there, as left by the operation
}

// taken is an IPI that a CPU has taken, by the index of its step.
type taken struct {
	moment int
	kva    mmu.KVA
}

func (w *recorder) reset() {
	w.story.Steps, w.wrote, w.asked, w.begun, w.owner, w.freed = nil, nil, nil, false, "", nil
	w.books, w.global = nil, -1
	w.left, w.seen, w.back = len(w.plan.Ops), nil, map[mmu.KVA]bool{}
	w.on, w.posted = make([][]int, w.plan.CPUs), make([][]int, w.plan.CPUs)
}

// Begin implements interleave.Watcher.
func (w *recorder) Begin(v interleave.View, cpu, op int) {
	w.view, w.begun = v, true
	w.on[cpu], w.parked[cpu] = append(w.on[cpu], op), Place{}
	w.add(Step{CPU: cpu, Kind: Begins})
}

// End implements interleave.Watcher.
func (w *recorder) End(v interleave.View, cpu, op int) {
	w.add(Step{CPU: cpu, Kind: Ends})
	if k := &w.plan.Ops[op]; k.Verb == ops.Free && w.known && k.Name == w.owner {
		p, after := w.parked[cpu], " after this call"
		if p.Line == 0 { // it has called nothing
			p, after = frees(v.Allocator()), ""
		}
		if d := decide(p, cpu, len(w.story.Steps)-1, "cpu%d's %s, the last of %v, returns%s and leaks the address", cpu, words(k), w.kva, after); d != nil {
			w.freed = d
		}
	}
	if k := &w.plan.Ops[op]; k.Verb == ops.Global && k.Name == w.owner {
		w.global = len(w.story.Steps) - 1
	}
	w.on[cpu] = w.on[cpu][:len(w.on[cpu])-1]
	w.left--
	w.audit(v, cpu, &w.plan.Ops[op])
}

// audit looks, after an operation, whether the design's data has become inconsistent. While others are under way that may pass.
func (w *recorder) audit(v interleave.View, cpu int, op *ops.Op) {
	if w.failure == nil || w.failure.Kind != interleave.BadBooks {
		return
	}
	idle := !slices.ContainsFunc(w.on, func(list []int) bool { return len(list) > 0 })
	err := v.Audit(idle)
	switch {
	case err == nil && idle:
		w.books = nil
	case err != nil && w.books == nil:
		w.books = decide(w.parked[cpu], cpu, len(w.story.Steps)-1, "cpu%d's %s returns after this call; it is the first after which %v", cpu, words(op), err)
	}
}

// atStake returns the address that the trace is about, known after one run, and whether there is one: if the failure
// names none, it is one that an operation has mapped and that can no longer be allocated.
func (w *recorder) atStake() (kva mmu.KVA, ok bool) {
	if w.failure.At {
		return w.failure.KVA, true
	}
	if w.failure.Kind == mmu.Leaked.String() {
		for _, kva := range w.seen {
			if !w.back[kva] {
				return kva, true
			}
		}
	}
	return 0, false
}

// tells reports whether an event belongs into the story: not what concerns other addresses than the one at stake, nor
// what TLBs do where somebody sleeps for ever, nor what the harness maps to see whether all has come back.
func (w *recorder) tells(e *mmu.Event) bool {
	mine := w.known && e.KVA == w.kva
	switch {
	case w.left == 0 && !mine:
		return false
	case mine || !w.known || e.Kind == mmu.TLBFlushed || e.Kind == mmu.Slept:
	case e.Kind == mmu.ShotDown && (e.How == mmu.ByBroadcast || e.How == mmu.ByRange || e.How == mmu.ByInstruction): // may concern it all the same
	default:
		return false
	}
	if w.failure == nil || !slices.Contains([]string{interleave.LostWakeup, interleave.AllHeld, interleave.HoldAndWait}, w.failure.Kind) {
		return true
	}
	switch e.Kind {
	case mmu.TLBFilled, mmu.TLBInvalidated, mmu.TLBFlushed, mmu.ShotDown:
		return false
	}
	return true
}

// Parked implements interleave.Watcher.
func (w *recorder) Parked(cpu int, pcs []uintptr) {
	w.parked[cpu], _ = placeOf(pcs)
	w.below[cpu] = interrupted(pcs)
}

// Event implements mmu.Probe.
func (w *recorder) Event(e *mmu.Event) {
	if !w.begun {
		return
	}
	if e.Kind == mmu.PTEWritten && e.Page != nil {
		if w.left == 0 {
			w.back[e.KVA] = true
		} else if !slices.Contains(w.seen, e.KVA) {
			w.seen = append(w.seen, e.KVA)
		}
	}
	if !w.tells(e) {
		return
	}
	place, handler := here()
	m := Step{CPU: e.CPU, Kind: Does, IPI: handler, From: -1, Sent: -1, Where: place, Text: w.text(e), Asked: e.Kind == mmu.KVACalled, Bit: e.Bit}
	m.dropped = e.Kind == mmu.TLBInvalidated || e.Kind == mmu.TLBFlushed
	m.flushes = !handler && (m.dropped || e.Kind == mmu.ShotDown)
	mine := w.known && e.KVA == w.kva
	switch op := w.op(e.CPU); {
	case m.Text == "":
		return
	case handler:
		w.answers(&m, e)
	case op != nil && mine && (e.Kind == mmu.PTEWritten && op.Verb == ops.Alloc || e.Kind == mmu.KVACalled):
		w.owner = op.Name
	}
	if mine && e.Kind == mmu.PTEWritten {
		w.wrote = append(w.wrote, written{event: *e, place: place, entry: entered(), at: len(w.story.Steps)})
	}
	if w.add(m); e.Kind == mmu.KVACalled {
		w.askFirst()
	}
	if e.Kind == mmu.ShotDown {
		w.sent(e)
	}
}

// text describes an event; empty for those that a trace does not need.
func (w *recorder) text(e *mmu.Event) string {
	of := ""
	if !w.known || e.KVA != w.kva {
		of = " of " + e.KVA.String()
	}
	switch e.Kind {
	case mmu.PTEWritten:
		return fmt.Sprintf("PTE%s: %s -> %s by %s", of, page(e.Old), page(e.Page), e.Note)
	case mmu.TLBFilled:
		return strings.TrimSpace(fmt.Sprintf("its TLB takes %s from the PTE%s %s", page(e.Page), of, e.Note))
	case mmu.TLBInvalidated:
		if e.Note != "" {
			return "its TLB entry" + of + " is invalidated " + e.Note
		}
		return "invlpg" + strings.TrimPrefix(of, " of")
	case mmu.TLBFlushed:
		return strings.TrimSpace("flushes its whole TLB " + e.Note)
	case mmu.ShotDown:
		if e.How == mmu.ByBroadcast {
			return fmt.Sprintf("sends %s an IPI to flush, without waiting", others(e.Targets))
		}
		return fmt.Sprintf("%v%s: has waited for %s", e.How, of, others(e.Targets))
	case mmu.KVACalled:
		return strings.TrimSuffix("asks for the address"+strings.Replace(of, " of", ",", 1)+": "+e.Note, ": ")
	case mmu.KVAAllocated:
		return fmt.Sprintf("allocates %v from the kernel map", e.KVA)
	case mmu.KVAFreed:
		return fmt.Sprintf("returns %v to the kernel map", e.KVA)
	case mmu.Slept:
		return "sleeps on " + e.Note
	}
	return ""
}

// others counts CPUs.
func others(n int) string {
	if n == 1 {
		return "the other CPU"
	}
	return fmt.Sprintf("the %d other CPUs", n)
}

// answers finds the sender of the IPI that a handler serves: the oldest of those whose sender does not wait;
// otherwise the sender reports it later.
func (w *recorder) answers(m *Step, e *mmu.Event) {
	if q := w.posted[e.CPU]; len(q) > 0 && e.Kind == mmu.TLBFlushed {
		m.Sent, m.From = q[0], w.story.Steps[q[0]].CPU
		w.posted[e.CPU] = q[1:]
		return
	}
	w.asked = append(w.asked, taken{len(w.story.Steps), e.KVA})
}

// sent records the other end of IPIs.
func (w *recorder) sent(e *mmu.Event) {
	if e.How == mmu.ByBroadcast {
		for id := range w.posted {
			if id != e.CPU {
				w.posted[id] = append(w.posted[id], len(w.story.Steps)-1)
			}
		}
		return
	}
	left := w.asked[:0]
	for _, t := range w.asked {
		m := &w.story.Steps[t.moment]
		if m.CPU != e.CPU && (t.kva == e.KVA || e.How == mmu.ByRange) {
			m.From = e.CPU
		} else {
			left = append(left, t)
		}
	}
	w.asked = left
}

// askFirst moves the last step, a request for the address, before the TLB flush that it caused: the mask was read
// first, but the machine reports it last. The effects show after both.
func (w *recorder) askFirst() {
	steps := w.story.Steps
	last := len(steps) - 1
	at := last
	for at > 0 {
		k := &steps[at-1]
		if k.CPU != steps[last].CPU || k.Kind != Does || k.IPI || !k.dropped {
			break
		}
		at--
	}
	if at == last || at == 0 {
		return
	}
	m := steps[last]
	copy(steps[at+1:], steps[at:last])
	steps[last].State, m.State = m.State, steps[at-1].State
	steps[at] = m
}

// op returns the current operation of a CPU, or nil.
func (w *recorder) op(cpu int) *ops.Op {
	if n := len(w.on[cpu]); n > 0 {
		return &w.plan.Ops[w.on[cpu][n-1]]
	}
	return nil
}

func (w *recorder) add(m Step) {
	if op := w.op(m.CPU); op != nil && !m.IPI {
		m.Op = words(op)
	}
	m.State = w.state()
	if n := len(w.wrote); n > 0 && m.State.Mask != "" && w.wrote[n-1].mask == "" && m.Kind == Ends {
		w.wrote[n-1].mask = m.State.Mask
	}
	w.story.Steps = append(w.story.Steps, m)
}

// words formats an operation as in its trace, without the CPU, and describes its mapping.
func words(op *ops.Op) string {
	_, text, _ := strings.Cut(op.String(), " ")
	if op.Verb == ops.Alloc {
		_, flags, _ := strings.Cut(text, fmt.Sprintf("%s %d", op.Name, op.Page))
		text = fmt.Sprintf("alloc %s (page %d%s)", op.Name, op.Page, strings.ReplaceAll(flags, " ", ", "))
	}
	if op.Interrupt() {
		return "interrupt: " + text
	}
	return text
}

// state reads the state of the address in question.
func (w *recorder) state() (s State) {
	if !w.known {
		return s
	}
	m := w.view.Machine()
	pte := m.PeekPTE(w.kva)
	s.PTE = entryOf(pte)
	for id := range w.plan.CPUs {
		pg, ok := m.PeekTLB(id, w.kva)
		e := entryOf(pg)
		e.Stale = ok && pg != pte
		s.TLB = append(s.TLB, e)
	}
	if mask, ok := w.view.Mask(w.owner); ok {
		s.Mask = mask.String()
	}
	return s
}

// end completes the trace.
func (w *recorder) end() {
	f, s := w.failure, w.story
	s.Kind, s.Text, s.Failed = f.Kind, f.Text, f.CPU
	if w.known {
		s.KVA = w.kva.String()
	}
	for id, q := range w.posted {
		for _, sent := range q {
			from := s.Steps[sent].CPU
			s.Steps = append(s.Steps, Step{CPU: id, Kind: InFlight, IPI: true, From: from, Sent: sent, Text: "flush its whole TLB", State: w.state()})
		}
	}
	m := Step{CPU: f.CPU, Kind: Fails, Text: f.Kind + ": " + f.Text, From: -1, Sent: -1, State: w.state()}
	if f.Op >= 0 {
		m.Op = words(&w.plan.Ops[f.Op])
	}
	s.Steps = append(s.Steps, m)
	s.Positions = w.stands()
	s.Decision = w.decision()
}

func page(p *mmu.Page) string {
	if p == nil {
		return "-"
	}
	return p.String()
}
