package smp

import (
	"errors"
	"runtime"
)

// ActorKind says what an Actor would do.
type ActorKind uint8

// The kinds of actors.
const (
	Thread    ActorKind = iota // the CPU's own code continues
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
// itself: an IPI that has arrived, then the thread that is running, then the actor with the lowest (clock, id). The clocks
// of those who are passed over are moved up to that of the chosen one, as if something had held them up, so that every
// explored run is one that the machine could make. A negative answer ends the run with ErrStopped.
type Scheduler interface {
	Next(ready []Actor) int
}

// ErrStopped is the error of a run that its Scheduler has ended.
var ErrStopped = errors.New("ended by its scheduler")

// maxAlone is how many points in a row, without Progress, may have only one actor before the run counts as endless.
const maxAlone = 100000

// Granularity says between which steps of a run a Scheduler is called.
type Granularity uint8

// The granularities.
const (
	// MachineCalls are the calls into the machine and the charges: what a design does between two calls is one step.
	MachineCalls Granularity = iota
	// OrderedPoints leave out the charges and the calls that other CPUs cannot notice. That loses no behaviour of a program whose
	// CPUs share data only under locks (Musuvathi and Qadeer, 2007), nor has it interrupts; there are far fewer schedules.
	OrderedPoints
	// Statements are the calls, and each access of a design to data that others may reach. It needs a design whose sources
	// report them; see Read and package instrument.
	Statements
)

// String names the granularity as reports do: "machine calls", "ordered points", "statements".
func (g Granularity) String() string {
	return [...]string{"machine calls", "ordered points", "statements"}[g]
}

// exploration is the additional state of a System that a Scheduler runs.
type exploration struct {
	Scheduler
	parked  func(cpu int, pcs []uintptr)
	alone   int    // points in a row at which only one could act
	soonest Cycles // the lowest moment that a design has compared with a clock
	news    int    // what CPUs await may have happened so often
	current *CPU   // whose thread acted last and is in the middle of something, or nil
	acted   *CPU   // whose thread acted last
	latest  Cycles // the highest clock that a thread had after acting
	ready   []Actor
	held    []bool // by CPU: another actor was chosen before its first IPI, which now waits until no CPU is in the middle

	tr     Tracer  // or nil
	races  *races  // or nil
	names  names   // of the design's data, for tr
	events []event // that others follow
	muted  int     // a harness observes the design: its accesses are no steps
	binds  bool    // CPUs are found by their goroutine
}

// explore is choose under a Scheduler.
func (s *System) explore() {
	x := s.explored
	if x.acted != nil {
		x.latest = max(x.latest, x.acted.now)
	}
	for {
		if s.left == 0 {
			s.serveRest()
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
		if x.tr != nil {
			s.traceTakes()
		}
		k := x.Next(x.ready)
		if k < 0 || x.alone > maxAlone {
			s.next, s.err = nil, ErrStopped
			return
		}
		a := &x.ready[k]
		if a.At >= Forever {
			s.next, s.err = nil, errTooLong
			return
		}
		if len(x.ready) > 1 {
			s.holdUp(x.ready, k)
		}
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
		if c.takesHandlers() {
			c.Touches(objPend|Object(c.id), false) // a handler that is pended before this step may come before it
		}
		s.resume(c)
		c.limitless()
		return
	}
}

// limitless makes every ordered point come back to explore; so do charges, machine calls, and the ends of critical sections,
// unless coarse.
func (c *CPU) limitless() { c.horizon, c.order, c.lead, c.deadline = 0, 0, Forever+1, int64(c.always) }

// goesOnAlone is what explore does where the thread of c is the only actor, as at most points, without the search for others
// and the changes of c's place. It does nothing and returns false where there may be another one, or somebody listens.
func (c *CPU) goesOnAlone() bool {
	s := c.sys
	x := s.explored
	if x.tr != nil || x.races != nil || x.parked != nil || s.unwinding || len(c.pended) > 0 || c.wants || c.now >= Forever || x.alone >= maxAlone {
		return false
	}
	x.latest = max(x.latest, c.now)
	for _, o := range s.cpus {
		switch {
		case len(o.inbox) > 0 || o.seen < s.logBase+len(s.log):
			return false
		case o == c:
		case s.tree.node[s.tree.size+int(o.id)] != never || s.awaited(o):
			return false
		}
	}
	x.alone++
	x.current, x.acted = c, c
	x.ready = append(x.ready[:0], Actor{At: c.now, CPU: c.id})
	s.count()
	if x.Next(x.ready) < 0 {
		s.cur, s.next, s.err = nil, nil, ErrStopped
		c.hand()
	}
	c.beyond = 0
	c.limitless()
	return true
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

// FarBelow is how many times longer the same steps may take in an equivalent order. A test of package check/interleave holds all
// orders of its scenarios, equivalent or not, below half of it.
const FarBelow = 64

// tick reports to the tracer that the run depends on the time, if in an equivalent one some CPU may have reached a moment that a
// design compares with its clock. That none has follows by induction over the steps of the equivalent run, up to the first comparison
// that could differ:
//
//   - So far the same steps have run, with the same charges but for those that depend on who ran before: transfers of lines, which
//     FarBelow is assumed to cover, and waits.
//   - A wait, a hold-up (holdUp) or a hand-over moves a clock up to another CPU's clock, and no further. So every clock is at most
//     the sum of the charges of all CPUs.
//   - In this run no CPU has charged more than the highest clock, so that this sum is at most that clock for each CPU, and
//     FarBelow times that in the other run.
func (s *System) tick() {
	x := s.explored
	for _, c := range s.cpus {
		x.latest = max(x.latest, c.now)
	}
	if x.tr != nil && x.latest*FarBelow*Cycles(len(s.cpus)) >= x.soonest {
		x.tr.ReadsClock()
	}
}

// serveRest serves the IPIs under way when all threads have ended, so that the end does not depend on their order.
func (s *System) serveRest() {
	for _, c := range s.cpus {
		for c.gather(); len(c.inbox) > 0; {
			c.serveFirst()
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

// Await blocks the CPU, in an exploration and at no cost, until cond holds: for a harness in which one CPU continues
// after another has done something, and has called News. The CPU continues at a clock no earlier than that of any CPU so far:
// on a machine with synchronised time stamps what comes after is later. cond must not act on the machine. It panics without
// a Scheduler.
func (c *CPU) Await(why string, cond func() bool) {
	x := c.sys.explored
	x.current = nil
	if cond() {
		if x.latest > c.now {
			c.spend(CostIdle, x.latest-c.now)
		}
		return
	}
	c.cond, c.awaits, c.asked = cond, why, x.news
	c.wait(CostIdle, WaitHarness)
}

// News reports to an exploration that a condition of Await may hold now.
func (c *CPU) News() { c.sys.explored.news++ }

// awaited makes c continue if it Awaits something that has happened.
func (s *System) awaited(c *CPU) bool {
	if c.cond == nil || c.asked == s.explored.news || c.state != waiting || c.granted {
		return false
	}
	c.asked = s.explored.news
	if !c.cond() {
		return false
	}
	c.cond = nil
	s.ready(c, max(c.now, s.explored.latest))
	return true
}

// Point is a choice point of an exploration, unless that chooses at OrderedPoints, and nothing otherwise. Each primitive of the
// machine begins with one, so that an interrupt or another CPU may come between it and what the thread did before.
func (c *CPU) Point() {
	if c.points {
		c.yield()
	}
}

// Ordered is Order, unless the entry of the primitive is a choice point already: where others act must not depend on what
// they did before.
func (c *CPU) Ordered() {
	if !c.points || c.charges {
		c.Order()
	}
}

// Between is a choice point between two effects of one primitive, where a charge is none.
func (c *CPU) Between() {
	if c.points && !c.charges {
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

// Progress reports to an exploration that the run advances: the count of points with only one actor restarts.
func (c *CPU) Progress() {
	if x := c.sys.explored; x != nil {
		x.alone = 0
	}
}

// pended is a handler that waits for its moment.
type pended struct {
	run   func()
	event int // which made it possible
}

// Pend posts an interrupt that runs handler on this CPU, in an exploration, when the Scheduler chooses it: at an ordered
// point or a charge of this CPU outside critical sections, on top of what its thread does. handler may do all that a thread
// may, except sleep.
func (c *CPU) Pend(handler func()) {
	event := -1
	if by := c.sys.cur; by != nil {
		event = by.Publish()
		by.Touches(objPend|Object(c.id), true)
	}
	c.pended = append(c.pended, pended{handler, event})
}

// handle runs the handler that the Scheduler has chosen. Inside it no other one is chosen.
func (c *CPU) handle() {
	h := c.pended[0]
	c.pended = c.pended[1:]
	c.interrupted, c.handling = false, true
	c.Follow(h.event)
	h.run()
	c.handling = false
}

// stands reports where c is, to Config.Parked if it is set.
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
