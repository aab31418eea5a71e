package hunt

import (
	"fmt"
	"strings"

	"lwbench/allocators/interleave"
	"lwbench/mmu"
)

// decision names the line where the wrong decision was taken, as far as the events tell.
func (w *witness) decision() *Decision {
	f := w.failure
	switch f.Kind {
	case interleave.Panic:
		if p, _ := placeOf(f.Stack); p.Line > 0 {
			return &Decision{Place: p, CPU: f.CPU, Why: "the panic was raised here", Moment: -1}
		}
	case mmu.StaleAccess.String(), mmu.StaleRisk.String(), interleave.UnsoundMask:
		return w.leftStale()
	case mmu.UnmappedAccess.String(), mmu.ChangedInUse.String(), mmu.DoubleMapping.String():
		if n := len(w.wrote); n > 0 && w.wrote[n-1].place.Line > 0 {
			k := &w.wrote[n-1]
			return &Decision{Place: k.place, CPU: k.event.CPU, Moment: k.at, Why: fmt.Sprintf(
				"cpu%d changes the PTE from %s to %s here, though cpu%d counts on it", k.event.CPU, page(k.event.Old), page(k.event.Page), f.CPU)}
		}
	}
	return nil
}

// leftStale finds the write of the PTE that took away what the failing CPU still has in its TLB.
func (w *witness) leftStale() *Decision {
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
	return &Decision{Place: k.place, CPU: k.event.CPU, Moment: k.at, Why: fmt.Sprintf("cpu%d takes %s out of the PTE; cpu%d may still have it in its TLB, and %s",
		k.event.CPU, page(k.event.Old), cpu, w.excuse(at, cpu))}
}

// excuse says why nothing made a CPU drop what the PTE does not say any more since change number at.
func (w *witness) excuse(at, cpu int) string {
	if len(w.posted[cpu]) > 0 {
		return "nobody waits until it has taken the IPI that would make it drop it"
	}
	for _, k := range w.wrote[at:] {
		if k.mask == "" {
			continue
		}
		if last := w.story.Moments[len(w.story.Moments)-1].State.Mask; last != "" {
			k.mask = last
		}
		if w.failure.Kind == interleave.UnsoundMask || w.trusts(cpu) {
			return fmt.Sprintf("the buffer's mask %s says that it need not drop it", k.mask)
		}
	}
	return "nothing makes it drop it before it uses the address again"
}

// trusts reports whether the last mask that a CPU was asked for has its bit.
func (w *witness) trusts(cpu int) bool {
	for i := len(w.story.Moments) - 1; i >= 0; i-- {
		if m := &w.story.Moments[i]; m.CPU == cpu && strings.Contains(m.Text, "asks for the address") {
			return strings.Contains(m.Text, "has its bit")
		}
	}
	return false
}

// stands says where each CPU is when nothing moves any more, or nothing ends.
func (w *witness) stands() (list []Stand) {
	switch w.failure.Kind {
	case interleave.Deadlock, interleave.LostWakeup, interleave.AllHeld, interleave.Livelock:
	default:
		return nil
	}
	for id := range w.plan.CPUs {
		s := Stand{CPU: id, Why: "has done its part"}
		if op := w.op(id); op != nil {
			s.Op, s.Place = words(op), w.parked[id]
			s.Why = "could go on"
		}
		for _, why := range w.failure.Waits {
			if rest, ok := strings.CutPrefix(why, fmt.Sprintf("cpu%d ", id)); ok {
				s.Why = rest
			}
		}
		list = append(list, s)
	}
	return list
}
