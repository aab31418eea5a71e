package smp

import (
	"fmt"
	"strings"
)

// WaitKind says what a CPU waits for.
type WaitKind uint8

// The kinds of waits.
const (
	WaitLock    WaitKind = iota // it spins for Wait.Lock, which CPU Wait.Holder holds
	WaitTargets                 // it started a rendezvous or a call on other CPUs, and those of Wait.On have not answered
	WaitRelease                 // a rendezvous of another CPU has stopped it
	WaitWakeup                  // it sleeps on Wait.Queue
	WaitMessage                 // its mailbox is empty
	WaitTime                    // time must pass
	WaitTurn                    // Serial: the operation of another CPU is under way
	WaitRoom                    // its IPI queue to the CPU of Wait.On is full
	WaitHarness                 // a harness lets it wait (CPU.Await), for Wait.For
)

// Wait is what one CPU waits for at the end of a run that cannot go on.
type Wait struct {
	CPU     int
	Kind    WaitKind
	Lock    string     // WaitLock: its name
	Holder  int        // WaitLock: the CPU that holds it, or -1; the waiting CPU itself in an interrupt handler
	On      CPUSet     // WaitTargets: the CPUs that have not answered; WaitRoom: the one that takes no messages
	Queue   *WaitQueue // WaitWakeup; only its names may be read
	For     string     // WaitHarness: what for
	HeldOff bool       // the CPU holds IPIs off during the wait
}

// String describes the wait in one line: "cpu1 spins for lock X held by cpu0, IPIs held off".
func (w Wait) String() string { return fmt.Sprintf("cpu%d %s", w.CPU, w.Text()) }

// Text is String without the CPU.
func (w Wait) Text() string {
	held := ""
	if w.HeldOff {
		held = ", IPIs held off"
	}
	switch w.Kind {
	case WaitLock:
		if w.Holder == w.CPU {
			return fmt.Sprintf("spins in an interrupt handler for lock %s, which the interrupted thread holds%s", w.Lock, held)
		}
		return fmt.Sprintf("spins for lock %s held by cpu%d%s", w.Lock, w.Holder, held)
	case WaitTargets:
		return fmt.Sprintf("waits in its rendezvous for %s%s", w.On, held)
	case WaitRoom:
		return fmt.Sprintf("waits for room in its IPI queue to cpu%d%s", w.On.Next(0), held)
	case WaitRelease:
		return "is stopped by a rendezvous" + held
	case WaitWakeup:
		return "waits for a wakeup on " + w.Queue.String() + held
	case WaitMessage:
		return "waits for a message" + held
	case WaitTime:
		return "waits for time to pass" + held
	case WaitTurn:
		return "waits for its turn" + held
	}
	return "waits for " + w.For + held
}

// DeadlockError is the error of a run in which some CPUs wait and no CPU is left that could end their waits: a lock
// cycle, a rendezvous under a spinlock, a sleeper that no CPU wakes.
type DeadlockError struct {
	Waits []Wait // one for each CPU that waits, by number
}

// Error returns all waits in one line.
func (e *DeadlockError) Error() string {
	lines := make([]string, len(e.Waits))
	for i, w := range e.Waits {
		lines[i] = w.String()
	}
	return "deadlock: " + strings.Join(lines, "; ")
}

// deadlock describes why no CPU can run.
func (s *System) deadlock() error {
	e := &DeadlockError{}
	for _, c := range s.cpus {
		if c.state != finished {
			e.Waits = append(e.Waits, c.waitNow())
		}
	}
	return e
}

// waitNow describes what a CPU that cannot run waits for.
func (c *CPU) waitNow() Wait {
	w := Wait{CPU: int(c.id), Kind: c.blocked, Holder: -1, For: c.awaits, HeldOff: !c.takesIPIs()}
	switch {
	case c.stops > 0 && !c.initiates:
		w.Kind = WaitRelease
	case c.blockedL != nil:
		w.Kind, w.Lock, w.Holder = WaitLock, c.blockedL.Name, int(c.blockedL.holder)-1
	case c.full > 0:
		w.Kind, w.On = WaitRoom, c.rv.on
	case c.state == collecting:
		w.Kind, w.On = WaitTargets, c.missing()
	case c.asleep != nil:
		w.Queue = c.asleep
	}
	return w
}

// missing returns the CPUs that have not arrived at c's rendezvous.
func (c *CPU) missing() CPUSet {
	var m CPUSet
	for _, d := range c.sys.cpus {
		for i := range d.inbox {
			if q := &d.inbox[i]; q.from == c.id && (q.kind == irqStop || q.kind == irqCall) {
				m.Add(int(d.id))
			}
		}
	}
	return m
}
