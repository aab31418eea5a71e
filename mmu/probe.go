package mmu

import (
	"fmt"
	"strings"
)

// Probe is told of every cold event of a run, in the order in which the host meets them, on the goroutine of the run. It
// must not keep e. With a probe the run takes the same virtual time as without.
type Probe interface{ Event(e *Event) }

// EventKind says what happened.
type EventKind uint8

// The events.
const (
	PTEWritten     EventKind = iota // Page is the new page, Old the former one
	TLBFilled                       // a walk put Page into the CPU's TLB
	TLBInvalidated                  // the CPU dropped one page
	TLBFlushed                      // the CPU dropped everything
	ShotDown                        // the CPU's request to Targets other CPUs is done, or sent where nobody waits
	KVAAllocated                    // from the kernel map
	KVAFreed                        // back to it
	Slept                           // the CPU went to sleep
	Found                           // an oracle found something
	Allocated                       // harness: a handle for Page was allocated at KVA
	KVACalled                       // harness: the CPU called KVA on a handle; Note says what the mask held
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
	KVA       KVA // 0 where the event has none
	Page, Old *Page
	How       Shootdown // ShotDown: how it was sent
	Targets   int       // ShotDown: the number of other CPUs that it interrupts
	Bit       MaskBit   // KVACalled: what the mask says of the CPU that asks
	Note      string    // which primitive, which mask: text for a reader
}

// String is the event as one line of a log.
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

// Shootdown says how a CPU had the TLBs of others invalidated.
type Shootdown uint8

// The ways of a shootdown.
const (
	ByRendezvous  Shootdown = iota // all others stop, each drops one page before it goes on; the initiator waits
	ByInvlpg                       // chosen CPUs drop one page; the initiator waits
	ByRange                        // all others drop a range, or everything where it is long; the initiator waits
	ByBroadcast                    // all others flush everything; the initiator does not wait
	ByInstruction                  // the initiator's instructions reach all TLBs; it waits for their completion
)

// String names the way in lower case: "rendezvous", "invlpg", "range", "broadcast", "instruction".
func (s Shootdown) String() string {
	return [...]string{"rendezvous", "invlpg", "range", "broadcast", "instruction"}[s]
}

// MaskBit is what a buffer's mask says of a CPU that asks for the address.
type MaskBit uint8

// What a mask says.
const (
	NoMask   MaskBit = iota // the buffer has no mask
	BitSet                  // the CPU holds nothing old: it trusts its TLB
	BitClear                // the CPU may hold something old
)

// Tell passes a harness's event on to the probe, if there is one.
func (m *Machine) Tell(e *Event) { m.event(e) }

func (m *Machine) event(e *Event) {
	if m.probe != nil {
		m.probe.Event(e)
	}
}

// Probed reports whether a probe listens, so that a harness need not build events in vain.
func (m *Machine) Probed() bool { return m.probe != nil }
