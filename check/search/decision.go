package search

import (
	"fmt"

	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// decision finds the line of the wrong decision, if the events determine it.
func (w *recorder) decision() *Decision {
	f := w.failure
	switch f.Kind {
	case interleave.DataRace:
		p, _ := placeOf([]uintptr{f.Race.Second.PC})
		return decide(p, f.CPU, -1, "%s", raceText(f.Race))
	case interleave.Panic:
		p, _ := placeOf(f.Stack)
		return decide(p, f.CPU, -1, "the panic was raised here")
	case interleave.UnsoundMask:
		return firstOf(w.setEarly, w.leftStale)
	case mmu.StaleAccess.String(), mmu.StaleRisk.String():
		return firstOf(w.globalEarly, w.leftStale, w.takenAway)
	case mmu.Leaked.String():
		return w.freed
	case interleave.BadBooks:
		return w.books
	case mmu.UnmappedAccess.String():
		return w.takenAway()
	case mmu.Aliased.String():
		return w.leftAlias()
	case mmu.ChangedInUse.String(), mmu.DoubleMapping.String():
		if n := len(w.wrote); n > 0 {
			return w.wrote[n-1].inUse()
		}
	}
	return nil
}

// firstOf returns the first decision that one of these finds, or nil.
func firstOf(finds ...func() *Decision) *Decision {
	for _, find := range finds {
		if d := find(); d != nil {
			return d
		}
	}
	return nil
}

// decide makes the decision at p, in a step of the trace or -1; nil if p is none.
func decide(p Place, cpu, step int, why string, args ...any) *Decision {
	if p.Line == 0 {
		return nil
	}
	return &Decision{Place: p, CPU: cpu, Step: step, Why: fmt.Sprintf(why, args...)}
}

// inUse returns the change of the PTE of a held address as the wrong decision: where the design decides on it, which may be above a
// function that only writes.
func (k *written) inUse() *Decision {
	d := k.decision("cpu%d changes the PTE from %s to %s here, while a buffer is held at this address", k.event.CPU, page(k.event.Old), page(k.event.Page))
	if d != nil && k.entry.Line > 0 && k.entry != k.place {
		d.Why += fmt.Sprintf(" (%s writes it, at %s)", k.place.Func, k.place)
		d.Place = k.entry
	}
	return d
}

// leftAlias finds the call that was to drop all aliases, and the free of the one that it has left.
func (w *recorder) leftAlias() *Decision {
	cpu := w.failure.CPU
	d := decide(dropsAliases(w.view.Allocator()), cpu, -1, "cpu%d drops all aliases here, and leaves one at %v", cpu, w.kva)
	if f := w.freed; d != nil && f != nil {
		d.Why += fmt.Sprintf(", which cpu%d freed at %s", f.CPU, f.Place)
	}
	return d
}

// decision returns the change of the PTE as the wrong decision; nil if no design's code made it.
func (k *written) decision(why string, args ...any) *Decision {
	return decide(k.place, k.event.CPU, k.at, why, args...)
}

// setEarly finds a CPU that is in the middle of asking for the address: its bit is set, but it has not flushed yet.
func (w *recorder) setEarly() *Decision {
	cpu := w.failure.CPU
	op := w.op(cpu)
	if op == nil || op.Name != w.owner || op.Verb != ops.Load && op.Verb != ops.Store && op.Verb != ops.KVA {
		return nil
	}
	has, ok := w.view.Machine().PeekTLB(cpu, w.kva)
	if !ok {
		return nil
	}
	return decide(w.parked[cpu], cpu, -1, "cpu%d is here: the mask already has its bit, and its TLB still has %s", cpu, page(has))
}

// globalEarly finds another CPU that is in the middle of making the buffer global: the mask is full, but the failing
// CPU has not been interrupted.
func (w *recorder) globalEarly() *Decision {
	for id := range w.on {
		op := w.op(id)
		if op == nil || op.Verb != ops.Global || op.Name != w.owner || w.parked[id].Line == 0 || !w.trusts(w.failure.CPU) {
			continue
		}
		return decide(w.parked[id], id, -1, "cpu%d is here: the mask %s already says that cpu%d need not flush, but it has not been interrupted yet",
			id, w.state().Mask, w.failure.CPU)
	}
	return nil
}

// takenAway finds the last write that removed the promised page from the PTE.
func (w *recorder) takenAway() *Decision {
	want := w.failure.Want
	for i := len(w.wrote) - 1; i >= 0 && want != nil; i-- {
		if e := &w.wrote[i].event; e.Old != nil && e.Old.ID() == want.ID() && e.Page != e.Old {
			return w.wrote[i].decision("cpu%d takes %s out of the PTE; cpu%d has the address for it and uses it afterwards", e.CPU, page(e.Old), w.failure.CPU)
		}
	}
	return nil
}

// leftStale finds the write of the PTE that removed the page that the failing CPU still has in its TLB.
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
	if len(w.posted[cpu]) == 0 && w.failure.Kind != interleave.UnsoundMask {
		if d := w.skipped(k, cpu); d != nil {
			return d
		}
	}
	if d := w.usedAgain(at, cpu); d != nil {
		return d
	}
	d := k.decision("cpu%d takes %s out of the PTE; cpu%d may still have it in its TLB, and %s", k.event.CPU, page(k.event.Old), cpu, w.excuse(at, cpu))
	if d == nil || cpu == k.event.CPU || len(w.posted[cpu]) > 0 || w.failure.Kind != interleave.UnsoundMask && !w.trusts(cpu) {
		return d
	}
	if p := k.place.keepsBit(); p.Line > 0 {
		d.shown = max(0, k.place.Line-p.Line)
		side := "below"
		if p.Line > k.place.Line {
			side = "above"
		}
		d.Place, d.Why = p, fmt.Sprintf("cpu%d leaves the bit of cpu%d in the mask, and %s takes %s out of the PTE; cpu%d may still have it in its TLB, and %s",
			k.event.CPU, cpu, side, page(k.event.Old), cpu, w.excuse(at, cpu))
	} else if p := k.place.bare(); p.Line > 0 {
		d.shown = k.place.Line - p.Line
		d.Place, d.Why = p, d.Why+": the branch that begins here does not assign a new mask"
	} else if p := k.place.begins(); p.Line > 0 {
		d.shown = k.place.Line - p.Line
		d.Place, d.Why = p, d.Why+fmt.Sprintf(": %s, which begins here, does not assign a new mask", k.place.Func)
	} else {
		d.Why += fmt.Sprintf(": %s does not assign a new mask", k.place.Func)
	}
	return d
}

// usedAgain finds where an address is used again whose PTE change number at has cleared without a flush, for a CPU that may still have
// the old page in its TLB. A design may put off the flush, but not beyond that.
func (w *recorder) usedAgain(at, cpu int) *Decision {
	k := &w.wrote[at]
	for i := range w.wrote[at+1:] {
		n := &w.wrote[at+1+i]
		if k.event.Page != nil || w.flushed(k.event.CPU, k.at, n.at) {
			return nil
		}
		if n.event.Page == nil || n.place.Line == 0 {
			continue
		}
		d := n.decision("cpu%d uses the address again here, for %s; cpu%d may still have %s in its TLB, which cpu%d took out of the PTE at %s, and %s",
			n.event.CPU, page(n.event.Page), cpu, page(k.event.Old), k.event.CPU, k.place, w.excuse(at, cpu))
		d.Cleared = k.place
		return d
	}
	return nil
}

// flushed reports whether the operation of a CPU that made step from flushes anything after it and before step to.
func (w *recorder) flushed(cpu, from, to int) bool {
	for i := from + 1; i < to; i++ {
		switch m := &w.story.Steps[i]; {
		case m.CPU != cpu:
		case m.flushes:
			return true
		case m.Kind == Ends:
			return false
		}
	}
	return false
}

// excuse explains why nothing made a CPU drop its entry since change number at of the PTE.
func (w *recorder) excuse(at, cpu int) string {
	if len(w.posted[cpu]) > 0 {
		return "the sender does not wait for it to take the IPI that would make it flush"
	}
	for _, k := range w.wrote[at:] {
		if k.mask == "" {
			continue
		}
		if last := w.story.Steps[len(w.story.Steps)-1].State.Mask; last != "" {
			k.mask = last
		}
		if w.failure.Kind == interleave.UnsoundMask || w.trusts(cpu) {
			return fmt.Sprintf("the buffer's mask %s says that it need not flush", k.mask)
		}
		if w.asks(cpu, mmu.BitClear) {
			return "it does not flush when it asks for the address, although its bit in the mask is clear"
		}
	}
	return "nothing makes it flush before it uses the address again"
}

// skipped finds where a CPU, since change k of the PTE, has gone on with what its TLB holds: where it asked for the address,
// and its bit in the mask was clear or the buffer has none, or where the buffer was made global.
func (w *recorder) skipped(k *written, cpu int) *Decision {
	had := fmt.Sprintf("cpu%d has taken %s out of the PTE at %s; ", k.event.CPU, page(k.event.Old), k.place)
	for i := len(w.story.Steps) - 1; i > k.at; i-- {
		m := &w.story.Steps[i]
		switch {
		case m.CPU == cpu && m.dropped:
			return nil
		case i == w.global:
			return decide(makesGlobal(w.view.Allocator()), m.CPU, i,
				"%scpu%d makes the buffer global here, and cpu%d, which may have that page in its TLB, is not made to flush", had, m.CPU, cpu)
		case m.CPU == cpu && m.Asked && m.Bit == mmu.BitSet:
			return nil // then the mask is wrong
		case m.CPU == cpu && m.Asked:
			return decide(tests(w.view.Buffer(w.owner), m.Bit == mmu.BitClear), cpu, i,
				"%scpu%d, which may have that page in its TLB, asks for the address here and goes on without a flush", had, cpu)
		}
	}
	return nil
}

// trusts reports whether the mask had the CPU's bit when it last asked for the address.
func (w *recorder) trusts(cpu int) bool { return w.asks(cpu, mmu.BitSet) }

// asks reports whether the mask had that state when a CPU last asked for the address.
func (w *recorder) asks(cpu int, said mmu.MaskBit) bool {
	for i := len(w.story.Steps) - 1; i >= 0; i-- {
		if m := &w.story.Steps[i]; m.CPU == cpu && m.Asked {
			return m.Bit == said
		}
	}
	return false
}

// stands returns the position of each CPU at a deadlock or livelock.
func (w *recorder) stands() (list []Position) {
	switch w.failure.Kind {
	case interleave.Deadlock, interleave.LostWakeup, interleave.AllHeld, interleave.HoldAndWait, interleave.Livelock:
	default:
		return nil
	}
	for id := range w.plan.CPUs {
		s := Position{CPU: id, Why: "has finished"}
		if op := w.op(id); op != nil {
			s.Op, s.Place = words(op), w.parked[id]
			s.Why = "could go on"
		}
		for _, why := range w.failure.Waits {
			if why.CPU == id {
				s.Why = why.Text()
				if why.Kind == smp.WaitLock && why.Holder == id {
					s.Interrupted = w.below[id]
				}
				if held := w.failure.Held(id); held != "" {
					s.Why = "holds " + held + ", and " + s.Why
				}
			}
		}
		list = append(list, s)
	}
	return list
}

// raceText describes the places of the two accesses of a data race.
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
