package mmu

import (
	"fmt"
	"strings"
)

// Probe receives every cold event of a run, in the order of host execution, on the goroutine of the run. It must not
// keep e. A probe does not change the virtual time of a run.
type Probe interface{ Event(e *Event) }

// EventKind is the kind of an event.
type EventKind uint8

// The events.
const (
	PTEWritten     EventKind = iota // Page is the new page, Old the previous one
	TLBFilled                       // a walk put Page into the CPU's TLB
	TLBInvalidated                  // the CPU dropped one page
	TLBFlushed                      // the CPU dropped everything
	ShotDown                        // the CPU's request to Targets other CPUs is complete, or sent if it does not wait
	KVAAllocated                    // from the kernel map
	KVAFreed                        // back to it
	Slept                           // the CPU went to sleep
	Found                           // an oracle found a violation
	Allocated                       // harness: a handle for Page was allocated at KVA
	KVACalled                       // harness: the CPU called KVA on a handle; Note has the state of the mask
	Freed                           // harness: a handle was freed
)

var eventNames = [...]string{
	"pte", "fill", "invlpg", "flush", "shootdown", "kva-alloc", "kva-free", "sleep", "found", "alloc", "kva", "free",
}

// String names the kind in lower case, as event logs do.
func (k EventKind) String() string { return eventNames[k] }

// Event is one cold event.
type Event struct {
	Kind      EventKind
	CPU       int
	At        Cycles
	KVA       KVA // 0 if the event has none
	Page, Old *Page
	How       Shootdown // ShotDown: how it was sent
	Targets   int       // ShotDown: the number of other CPUs that it interrupts
	Bit       MaskBit   // KVACalled: the calling CPU's bit in the mask
	Note      string    // details for the reader, such as the primitive or the mask
}

// String formats the event as one line of a log.
func (e *Event) String() string {
	s := fmt.Sprintf("%10d cpu%-3d %-9s", e.At, e.CPU, e.Kind)
	switch e.Kind {
	case PTEWritten:
		s += fmt.Sprintf(" %v: %v -> %v by %s", e.KVA, e.Old, e.Page, e.Note)
	case TLBFilled:
		s += fmt.Sprintf(" %v: %v", e.KVA, e.Page)
	case TLBInvalidated, KVAAllocated, KVAFreed:
		s += strings.TrimSuffix(fmt.Sprintf(" %v %s", e.KVA, e.Note), " ")
	case ShotDown:
		s += fmt.Sprintf(" %v: %s to %d CPUs", e.KVA, e.How, e.Targets)
	case Allocated, KVACalled, Freed:
		s += fmt.Sprintf(" %v: %v %s", e.KVA, e.Page, e.Note)
	default:
		s += " " + e.Note
	}
	return s
}

// Shootdown is the method by which a CPU had other TLBs invalidated.
type Shootdown uint8

// The methods of a shootdown.
const (
	ByRendezvous  Shootdown = iota // all others stop, each drops one page before it continues; the initiator waits
	ByInvlpg                       // chosen CPUs drop one page; the initiator waits
	ByRange                        // all others drop a range, or everything if it is long; the initiator waits
	ByBroadcast                    // all others flush everything; the initiator does not wait
	ByInstruction                  // the initiator's instructions reach all TLBs; it waits for their completion
)

// String names the method in lower case: "rendezvous", "invlpg", "range", "broadcast", "instruction".
func (s Shootdown) String() string {
	return [...]string{"rendezvous", "invlpg", "range", "broadcast", "instruction"}[s]
}

// MaskBit is the state of the calling CPU's bit in a buffer's mask.
type MaskBit uint8

// The states of the bit.
const (
	NoMask   MaskBit = iota // the buffer has no mask
	BitSet                  // the CPU holds no old entry: it trusts its TLB
	BitClear                // the CPU may hold an old entry
)

// Tell passes a harness's event to the probe, if there is one.
func (m *Machine) Tell(e *Event) { m.event(e) }

// event passes e to the probe, if there is one; without one it costs no allocation.
func (m *Machine) event(e *Event) {
	if m.probe != nil {
		v := *e
		m.probe.Event(&v)
	}
}

// Probed reports whether there is a probe, so that a harness can avoid building events that are not needed.
func (m *Machine) Probed() bool { return m.probe != nil }
