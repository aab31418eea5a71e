package smp

import "sync/atomic"

// Forever is a moment that no run reaches.
const Forever = Cycles(1) << 52

// slice is how long a CPU that no other CPU limits may run before the system checks whether the run was cancelled.
const slice = Cycles(1) << 24

// CPU is one simulated processor. Its methods are called by the code that runs on it and by no other; it must not be
// copied once a System has it.
type CPU struct {
	// Four cache lines of the host hold what other CPUs look at in a shootdown.

	now       Cycles
	irqAt     Cycles // arrival of the first IPI in the inbox, or Forever
	busy      Cycles // end of the last IPI handler; the wait's begin where none has run since
	entered   Cycles // when the last handler of function calls began: those queued by then needed none of their own
	handled   Cycles // when the last handler ended that interrupted this CPU's work
	inbox     []irq  // by arrival
	crit      int32  // depth of critical sections: IPIs wait
	id        int32
	stops     int32 // rendezvous that this CPU has joined and that are not over
	state     state
	granted   bool // waiting, and wakeAt is the moment it ends
	wants     bool // waits for mail
	initiates bool // from the sending of its own request to the last acknowledgement
	sys       *System
	seen      int    // entries of the System's log that the inbox has taken
	stopFrom  Cycles // when the first rendezvous stopped it
	stopped   Cycles // when it had joined the first of them: no release comes before that
	wakeAt    Cycles // when granted
	hook      *hook  // nil where there is no profiler

	first   [1]irq   // the array of the inbox, until more is on its way
	beyond  Cycles   // stolen by IPIs since a charge took the clock across the mark
	last    Cost     // of the charge that took the clock to where it is; known of a CPU that does not run
	waitFor Cost     // what the wait is charged to
	blocked WaitKind // what a parked CPU waits for, for deadlock reports
	spent   [NumCosts]Cycles

	deadline int64  // local work that reaches it calls due: the lead is used up or an IPI has arrived; see dueAt
	horizon  Cycles // an ordered point at or past it calls yield: order, or 0 where touches wait for one
	order    Cycles // from here on other CPUs come first
	lead     Cycles // the part of deadline that the other clocks decide
	always   Cycles // the most that deadline may be: Forever, or 0 where a profiler looks at every charge

	wipeAt       Cycles // when the first of pendingWipes completes, or Forever
	wiped        int    // entries of the System's log of wipes that it has taken
	pendingWipes []wipe

	waitFrom Cycles // when the wait began

	rv     rendezvous
	out    []*ipiQueue // by target; nil before the first message
	full   int32       // waits for room in the queue to CPU full-1
	opened Cycles      // when a critical section ended that held off messages
	mail   []any       // messages that have arrived
	sent   []int       // traced: the events that sent them
	mailQ  int         // how many of them have been taken

	asleep   *WaitQueue // queued there
	catch    bool       // the sleep may be interrupted
	sleepErr error
	awaits   string // WaitHarness: what for
	blockedL *SpinLock
	touches  []touch // of Lines, that wait for an ordered point
	link     Cycles  // transfer of that lock's line from the waiter before

	co  *coroutine
	err error

	cond        func() bool // what it waits for in an exploration
	asked       int         // the news when cond was last called
	pended      []pended    // interrupt handlers of an exploration
	interrupted bool        // the first of them has been chosen
	handling    bool        // one runs
	points      bool        // an exploration chooses at every machine call, and not at ordered points alone
	charges     bool        // and after every charge
	soft        int32       // locks held that leave IPIs on

	live *liveCPU // on real threads; nil under the virtual clock
}

// state is what the system may do with a CPU.
type state uint8

const (
	running    state = iota // it can be resumed at its clock, unless stopped by a rendezvous
	waiting                 // it waits; granted tells whether the end is known
	collecting              // it started a rendezvous and waits for the others to arrive
	finished                // its body has returned
)

// ID returns the CPU's number, from 0.
func (c *CPU) ID() int { return int(c.id) }

// Now returns the CPU's clock.
func (c *CPU) Now() Cycles { return c.now }

// Clock reads the clock. On real threads Now returns the time of a recent reading, which costs less.
func (c *CPU) Clock() Cycles {
	if c.live != nil {
		c.liveLook()
	}
	return c.now
}

// Before reports whether the clock is before t: for what a design does once in a while. A traced exploration whose clocks stay
// far below t does not depend on them.
func (c *CPU) Before(t Cycles) bool {
	if x := c.sys.explored; x != nil {
		x.soonest = min(x.soonest, t)
	}
	return c.now < t
}

// ReadTSC returns the time stamp counter, which all CPUs share, and charges for reading it as CostAlloc (rdtsc). On x86 it
// is invariant and synchronised since about 2008; before that a kernel must not compare stamps of different CPUs.
func (c *CPU) ReadTSC() Cycles {
	c.Charge(CostAlloc, c.sys.costs.TSC)
	return c.Clock()
}

// Moment returns the time of what the CPU is doing: its clock, or the time inside the IPI handler that it runs while it
// waits. For event logs.
func (c *CPU) Moment() Cycles {
	if c.state == running && c.stops == 0 {
		return c.now
	}
	return max(c.now, c.busy)
}

// Spent returns how many cycles the CPU has charged to k so far.
func (c *CPU) Spent(k Cost) Cycles { return c.spent[k] }

// Caused returns how many cycles this CPU's IPIs have stolen from other CPUs' work so far.
func (c *CPU) Caused() Cycles { return c.sys.caused[c.id] }

// Charge advances this CPU's clock by n cycles, accounted to what. n must not be negative. An IPI that arrives within them is
// served before Charge returns, unless a critical section holds it off.
func (c *CPU) Charge(what Cost, n Cycles) {
	c.spent[what] += n
	c.now += n
	if int64(c.now) >= atomic.LoadInt64(&c.deadline) {
		c.due(what)
	}
}

// dueAt is the deadline. On real threads the sender of an IPI moves it into the past, so that a charge there costs what
// it costs under the virtual clock: a plain load on amd64.
func (c *CPU) dueAt() Cycles { return Cycles(atomic.LoadInt64(&c.deadline)) }

// spend is Charge for the engine's own steps, which must not give way.
func (c *CPU) spend(what Cost, n Cycles) {
	c.spent[what] += n
	c.now += n
	c.last = what
}

// Order is an ordered point: it returns when this CPU's (clock, id) is the least of all that can run.
func (c *CPU) Order() {
	if c.now >= c.horizon {
		c.yield()
	}
}

// yield runs the other CPUs first. On real threads, where every ordered point comes here, it does the pending work and
// reports it, for a primitive that the live engine has its own code for.
func (c *CPU) yield() (live bool) {
	if c.live != nil {
		c.liveDue()
		return true
	}
	for {
		if c.now >= c.order {
			c.letOthers()
		}
		if len(c.touches) == 0 {
			return false
		}
		c.settleTouches() // in order, and in order again at the clock that this leads to
	}
}

// letOthers returns when this CPU's (clock, id) is the least of all that can run.
func (c *CPU) letOthers() {
	if c.sys.explored != nil && c.goesOnAlone() {
		return
	}
	c.sys.tree.set(c.id, keyOf(c.now, c.id))
	c.park()
	if c.interrupted {
		c.handle()
	}
}

// due is reached when the lead is used up or an IPI has arrived, and after every charge of a profiled CPU.
//
// Like critExit and touchLocked it stays a call: a profile (default.pgo) that has it inlined makes Charge too large to be.
//
//go:noinline
func (c *CPU) due(what Cost) {
	c.last = what
	if c.hook != nil {
		c.hook.charged(c)
	}
	if c.charges {
		c.yield()
		return
	}
	c.catchUp()
}

// catchUp runs other CPUs if this CPU has used up its run-ahead, and serves the IPIs that have arrived.
func (c *CPU) catchUp() {
	for {
		switch {
		case c.now >= c.lead:
			if c.live != nil {
				c.liveDue()
				return
			}
			if c.letOthers(); c.sys.explored != nil {
				return
			}
		case c.wipeAt <= c.now:
			c.applyWipes(c.now)
		case c.takesIPIs() && c.irqAt <= c.now:
			c.drain(c.now)
			if c.stops > 0 {
				c.park()
			}
		default:
			c.setDeadline()
			return
		}
	}
}

func (c *CPU) setDeadline() {
	c.deadline = int64(min(c.lead, c.always, c.wipeAt))
	if int64(c.irqAt) < c.deadline && c.takesIPIs() && c.sys.explored == nil {
		c.deadline = int64(c.irqAt)
	}
}

// CritEnter begins a critical section: IPIs wait until it ends. Sections nest.
func (c *CPU) CritEnter() {
	c.crit++
	if c.crit == 1 && c.irqAt < c.lead {
		c.critEnter()
	}
}

//go:noinline
func (c *CPU) critEnter() {
	if c.points { // what comes before the section can still be interrupted
		c.crit--
		c.yield()
		c.crit++
	}
	c.Touches(objCrit|Object(c.id), true)
	c.deadline = int64(min(c.lead, c.always, c.wipeAt))
}

// CritExit ends a critical section and serves the IPIs that arrived during it; on real threads the next machine call does.
func (c *CPU) CritExit() {
	c.crit--
	if c.crit <= 0 && (c.irqAt <= c.lead || c.crit < 0) {
		c.critExit()
	}
}

//go:noinline
func (c *CPU) critExit() {
	if c.crit < 0 {
		panic("smp: critical section left that was not entered")
	}
	c.Touches(objCrit|Object(c.id), true)
	c.busy, c.opened = max(c.busy, c.now), c.now // nothing is served for a moment inside the section
	c.setDeadline()
	if int64(c.now) >= c.deadline {
		c.due(c.last)
	}
}

// takesIPIs reports whether an IPI that arrives is served at once. An initiator serves its own while it waits, even in
// a critical section (lwkt_process_ipiq in DragonFly's lwkt_cpusync_finish), and so does a CPU that others have stopped: it
// spins in its IPI handler. Otherwise initiators would wait for each other, as they do by a Masked method.
func (c *CPU) takesIPIs() bool {
	if c.initiates {
		return !c.rv.by.Masked
	}
	return c.crit == 0 || c.stops > 0
}

// wait parks the CPU until it is granted, and charges the time to what.
func (c *CPU) wait(what Cost, kind WaitKind) {
	c.beginWait(what, kind)
	c.sys.tree.set(c.id, never)
	c.park()
}

// waitUntil advances the clock to t, charged to what; IPIs are served at no charge of their own.
func (c *CPU) waitUntil(what Cost, t Cycles, kind WaitKind) {
	if t <= c.now {
		return
	}
	if c.sys.explored != nil { // the next step of this CPU is a choice point anyway
		c.spend(what, t-c.now)
		return
	}
	if t < c.order && (c.irqAt > t || !c.takesIPIs()) {
		c.spend(what, t-c.now)
		c.Note()
		return
	}
	c.beginWait(what, kind)
	c.sys.ready(c, t)
	c.park()
}

func (c *CPU) beginWait(what Cost, kind WaitKind) {
	c.state, c.granted = waiting, false
	c.waitFrom, c.waitFor = c.now, what
	c.busy = c.now
	c.blocked = kind
}

// endWait is called by the system when the moment of a granted wait has come.
func (c *CPU) endWait() {
	c.state, c.granted = running, false
	c.spend(c.waitFor, c.wakeAt-c.waitFrom)
	c.blockedL = nil
}
