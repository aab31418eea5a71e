package smp

import (
	"errors"
	"runtime"
)

// ActorKind says what an Actor would do.
type ActorKind uint8

// The kinds of actors.
const (
	Thread    ActorKind = iota // the CPU's own code goes on
	IPI                        // the CPU takes the first IPI or message of its inbox
	Interrupt                  // the CPU runs the next handler that was pended on it
)

// String names the kind in lower case.
func (k ActorKind) String() string { return [...]string{"thread", "ipi", "interrupt"}[k] }

// Actor is one that could act next in an exploration.
type Actor struct {
	At   Cycles // when it could act
	CPU  int32
	Kind ActorKind
	// Preempts is true where choosing the actor takes the CPU from a thread that could continue, or delivers an IPI out of
	// its time. It is false for the actor that continues by itself, and for all threads while none is inside an operation.
	Preempts bool
}

// Scheduler takes the clock's choice of who acts next: the engine of an exploration. It is asked at every ordered point and
// at every charge. ready holds one actor at least, and is the engine's own: do not keep it. Index 0 is what happens by
// itself: an IPI that has arrived, then the thread that is running, then whoever has the least (clock, id). The clocks
// of those who are passed over are moved up to that of the chosen one, as if something had held them up, so that every
// explored run is one that the machine could make. A negative answer ends the run with ErrStopped.
type Scheduler interface {
	Next(ready []Actor) int
}

// ErrStopped is the error of a run that its Scheduler has ended.
var ErrStopped = errors.New("ended by its scheduler")

// maxAlone is how many points in a row may have only one actor: a run that goes on and on like this has no end.
const maxAlone = 20000

// exploration is what a System has beside when a Scheduler runs it.
type exploration struct {
	Scheduler
	parked  func(cpu int, pcs []uintptr)
	coarse  bool
	alone   int    // points in a row at which only one could act
	current *CPU   // whose thread acted last and is in the middle of something, or nil
	acted   *CPU   // whose thread acted last
	latest  Cycles // the highest clock that a thread had after acting
	ready   []Actor
	held    []bool // by CPU: somebody was let act before its first IPI, which now waits until nobody is in the middle
}

// explore is choose under a Scheduler.
func (s *System) explore() {
	x := s.explored
	if x.acted != nil {
		x.latest = max(x.latest, x.acted.now)
	}
	for {
		if s.left == 0 {
			s.next = nil
			return
		}
		s.findActors()
		if len(x.ready) == 0 {
			s.next = nil
			if s.err == nil {
				s.err = s.deadlock()
			}
			return
		}
		if x.alone++; len(x.ready) > 1 {
			x.alone = 0
		}
		k := x.Next(x.ready)
		if k < 0 || x.alone > maxAlone {
			s.next, s.err = nil, ErrStopped
			return
		}
		a := x.ready[k]
		if a.At >= Forever {
			s.next, s.err = nil, errTooLong
			return
		}
		s.holdUp(x.ready, k)
		c := s.cpus[a.CPU]
		if a.Kind == IPI {
			x.held[a.CPU] = false
			c.serveFirst()
			continue
		}
		if a.Kind == Interrupt {
			c.interrupted = true
		}
		x.current, x.acted = c, c
		if c.wants {
			c.takeMail()
		}
		s.start(c)
		// Every ordered point comes back here; so do charges, machine calls, and the ends of critical sections, unless coarse.
		c.horizon, c.order, c.lead, c.deadline = 0, 0, Forever+1, int64(c.always)
		return
	}
}

// holdUp moves those who could have acted before ready[k] up to its time.
func (s *System) holdUp(ready []Actor, k int) {
	t := ready[k].At
	for i := range ready {
		a := &ready[i]
		c := s.cpus[a.CPU]
		if i < k && a.Kind == IPI {
			s.explored.held[a.CPU] = true
		}
		if i == k || a.At >= t || a.Kind == Interrupt {
			continue
		}
		switch {
		case a.Kind == IPI:
			c.inbox[0].at = max(c.inbox[0].at, t)
			c.irqAt = c.inbox[0].at
		case c.state == running:
			c.spend(CostIdle, t-c.now)
			s.tree.set(c.id, keyOf(t, c.id))
		default:
			c.wakeAt = max(c.wakeAt, t)
			s.tree.set(c.id, keyOf(c.wakeAt, c.id))
		}
	}
}

// takeMail serves the inbox up to the first message, for a CPU that has waited for one.
func (c *CPU) takeMail() {
	for len(c.inbox) > 0 && c.mailQ == len(c.mail) {
		c.serveFirst()
	}
}

// serveFirst takes the first IPI of a CPU that does not run.
func (c *CPU) serveFirst() {
	q := c.inbox[0]
	c.inbox = c.inbox[:copy(c.inbox, c.inbox[1:])]
	c.irqAt = Forever
	if len(c.inbox) > 0 {
		c.irqAt = c.inbox[0].at
	}
	c.serve(&q)
	c.replace()
}

// Await lets the CPU wait, in an exploration and at no cost, until cond holds: for a harness in which one CPU continues
// after another has done something. The CPU continues at a clock no earlier than that of any CPU so far: on a machine
// with synchronised time stamps what comes after is later. cond must not act on the machine. It panics without a
// Scheduler.
func (c *CPU) Await(why string, cond func() bool) {
	x := c.sys.explored
	x.current = nil
	if cond() {
		if x.latest > c.now {
			c.spend(CostIdle, x.latest-c.now)
		}
		return
	}
	c.cond, c.awaits = cond, why
	c.wait(CostIdle, WaitHarness)
}

// Point is a choice point of an exploration, unless that is Coarse, and nothing otherwise. Each primitive of the machine begins
// with one, so that an interrupt or another CPU may come between it and what the thread did before.
func (c *CPU) Point() {
	if c.points {
		c.yield()
	}
}

// Pause is an ordered point at which the thread is in the middle of nothing: in an exploration anybody may act next and
// it is no preemption.
func (c *CPU) Pause() {
	if c.sys.explored != nil {
		c.sys.explored.current = nil
	}
	c.Order()
}

// Pend lets an interrupt run handler on this CPU, in an exploration, at a moment that the Scheduler chooses: at an ordered
// point or a charge of this CPU outside critical sections, on top of what its thread does. handler may do all that a thread
// may, except sleep.
func (c *CPU) Pend(handler func()) { c.pended = append(c.pended, handler) }

// handle runs the handler that the Scheduler has chosen. Inside it no other one is chosen.
func (c *CPU) handle() {
	h := c.pended[0]
	c.pended = c.pended[1:]
	c.interrupted, c.handling = false, true
	h()
	c.handling = false
}

// stands tells who wants to know where c is.
func (x *exploration) stands(c *CPU) {
	var pcs [maxStack]uintptr
	x.parked(int(c.id), pcs[:runtime.Callers(3, pcs[:])])
}

// growStack makes room on a new coroutine's stack at once. An exploration makes coroutines by the hundred thousand, and
// growing them in steps, with ever more frames to move, took a fifth of its time.
//
//go:noinline
func growStack(i int32) byte {
	var room [3300]byte // 2 KiB become 8
	room[i] = 1
	return room[i+1]
}

// IsUnwind tells a harness that recovers panics that this one is the engine's: a run ended without the CPU. Panic with
// it again.
func IsUnwind(v any) bool {
	_, ok := v.(unwind)
	return ok
}
