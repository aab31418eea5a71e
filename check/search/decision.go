package search

import (
	"fmt"

	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// decision names the line where the wrong decision was taken, as far as the events tell.
func (w *recorder) decision() *Decision {
	f := w.failure
	switch f.Kind {
	case interleave.DataRace:
		if p, _ := placeOf([]uintptr{f.Race.Second.PC}); p.Line > 0 {
			return &Decision{Place: p, CPU: f.CPU, Step: -1, Why: raceText(f.Race)}
		}
	case interleave.Panic:
		if p, _ := placeOf(f.Stack); p.Line > 0 {
			return &Decision{Place: p, CPU: f.CPU, Why: "the panic was raised here", Step: -1}
		}
	case interleave.UnsoundMask:
		if d := w.setEarly(); d != nil {
			return d
		}
		return w.leftStale()
	case mmu.StaleAccess.String(), mmu.StaleRisk.String():
		if d := w.globalEarly(); d != nil {
			return d
		}
		if d := w.leftStale(); d != nil {
			return d
		}
		return w.takenAway()
	case mmu.Leaked.String():
		return w.freed
	case mmu.UnmappedAccess.String():
		return w.takenAway()
	case mmu.ChangedInUse.String(), mmu.DoubleMapping.String():
		if n := len(w.wrote); n > 0 {
			k := &w.wrote[n-1]
			return k.decision("cpu%d changes the PTE from %s to %s here, while a buffer is held at this address", k.event.CPU, page(k.event.Old), page(k.event.Page))
		}
	}
	return nil
}

// decision is the change of the PTE as the wrong decision; nil where no design's code did it.
func (k *written) decision(why string, args ...any) *Decision {
	if k.place.Line == 0 {
		return nil
	}
	return &Decision{Place: k.place, CPU: k.event.CPU, Step: k.at, Why: fmt.Sprintf(why, args...)}
}

// setEarly finds a CPU that is in the middle of asking for the address: its bit is set, and it stands before its flush.
func (w *recorder) setEarly() *Decision {
	cpu := w.failure.CPU
	op := w.op(cpu)
	if op == nil || op.Name != w.owner || w.parked[cpu].Line == 0 || op.Verb != ops.Load && op.Verb != ops.Store && op.Verb != ops.KVA {
		return nil
	}
	has, ok := w.view.Machine().PeekTLB(cpu, w.kva)
	if !ok {
		return nil
	}
	return &Decision{Place: w.parked[cpu], CPU: cpu, Step: -1, Why: fmt.Sprintf(
		"cpu%d stands here: the mask has its bit already, and its TLB still has %s", cpu, page(has))}
}

// globalEarly finds another CPU that is in the middle of making the buffer global: the mask is full, and the failing CPU has
// not been told.
func (w *recorder) globalEarly() *Decision {
	for id := range w.on {
		op := w.op(id)
		if op == nil || op.Verb != ops.Global || op.Name != w.owner || w.parked[id].Line == 0 || !w.trusts(w.failure.CPU) {
			continue
		}
		return &Decision{Place: w.parked[id], CPU: id, Step: -1, Why: fmt.Sprintf(
			"cpu%d stands here: the mask %s says already that cpu%d need not drop what it has, and it has not been told", id, w.state().Mask, w.failure.CPU)}
	}
	return nil
}

// takenAway finds the last write that took the promised page out of the PTE.
func (w *recorder) takenAway() *Decision {
	want := w.failure.Want
	for i := len(w.wrote) - 1; i >= 0 && want != nil; i-- {
		if e := &w.wrote[i].event; e.Old != nil && e.Old.ID() == want.ID() && e.Page != e.Old {
			return w.wrote[i].decision("cpu%d takes %s out of the PTE; cpu%d has the address for it and uses it afterwards", e.CPU, page(e.Old), w.failure.CPU)
		}
	}
	return nil
}

// leftStale finds the write of the PTE that took away what the failing CPU still has in its TLB.
func (w *recorder) leftStale() *Decision {
	cpu := w.failure.CPU
	has, _ := w.view.Machine().PeekTLB(cpu, w.kva)
	at := -1
	for i := range w.wrote {
		e := &w.wrote[i].event
		if w.wrote[i].place.Line > 0 && e.Page != e.Old && e.Old != nil && (has == nil || e.Old == has) {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	k := &w.wrote[at]
	return k.decision("cpu%d takes %s out of the PTE; cpu%d may still have it in its TLB, and %s", k.event.CPU, page(k.event.Old), cpu, w.excuse(at, cpu))
}

// excuse says why nothing made a CPU drop what the PTE does not say any more since change number at.
func (w *recorder) excuse(at, cpu int) string {
	if len(w.posted[cpu]) > 0 {
		return "nobody waits until it has taken the IPI that would make it drop it"
	}
	for _, k := range w.wrote[at:] {
		if k.mask == "" {
			continue
		}
		if last := w.story.Steps[len(w.story.Steps)-1].State.Mask; last != "" {
			k.mask = last
		}
		if w.failure.Kind == interleave.UnsoundMask || w.trusts(cpu) {
			return fmt.Sprintf("the buffer's mask %s says that it need not drop it", k.mask)
		}
		if w.asks(cpu, mmu.BitClear) {
			return "it is not made to drop it when it asks for the address, though the mask lacks its bit"
		}
	}
	return "nothing makes it drop it before it uses the address again"
}

// trusts reports whether the last mask that a CPU was asked for has its bit.
func (w *recorder) trusts(cpu int) bool { return w.asks(cpu, mmu.BitSet) }

// asks reports whether the mask said so when a CPU asked for the address last.
func (w *recorder) asks(cpu int, said mmu.MaskBit) bool {
	for i := len(w.story.Steps) - 1; i >= 0; i-- {
		if m := &w.story.Steps[i]; m.CPU == cpu && m.Asked {
			return m.Bit == said
		}
	}
	return false
}

// stands says where each CPU is when nothing moves any more, or nothing ends.
func (w *recorder) stands() (list []Position) {
	switch w.failure.Kind {
	case interleave.Deadlock, interleave.LostWakeup, interleave.AllHeld, interleave.HoldAndWait, interleave.Livelock:
	default:
		return nil
	}
	for id := range w.plan.CPUs {
		s := Position{CPU: id, Why: "has done its part"}
		if op := w.op(id); op != nil {
			s.Op, s.Place = words(op), w.parked[id]
			s.Why = "could go on"
		}
		for _, why := range w.failure.Waits {
			if why.CPU == id {
				s.Why = why.Text()
				if held := w.failure.Held(id); held != "" {
					s.Why = "holds " + held + ", and " + s.Why
				}
			}
		}
		list = append(list, s)
	}
	return list
}

// raceText says where the two accesses of a data race are.
func raceText(r *smp.Race) string {
	at := func(a smp.Access) string {
		verb := "reads"
		if a.Write {
			verb = "writes"
		}
		p, _ := placeOf([]uintptr{a.PC})
		return fmt.Sprintf("cpu%d %s at %s", a.CPU, verb, p)
	}
	return at(r.Second) + " what " + at(r.First) + ", and nothing orders the two"
}
