package smp

// Profiler receives, under the virtual clock, every cycle that passes and the code that spent it. It is called on the
// goroutine of the run and must not call a method of a CPU that charges or waits. A run takes the same virtual time with
// a profiler as without.
type Profiler interface {
	// Stack gives a call stack a number, the same one whenever it comes: pcs are return addresses, innermost first, to
	// the bottom of the CPU's coroutine. It must not keep pcs.
	Stack(pcs []uintptr) uint16
	// Charged reports that n cycles, possibly 0, were charged to CPU cpu for what, on account of the code at stack at
	// on CPU by: of another CPU where an IPI of that CPU took them.
	Charged(cpu int, what Cost, n Cycles, by int, at uint16)
	// Delayed reports that n of the cycles that CPU cpu charges to CostLockWait are due to CPU by, which held the lock and
	// dropped it at stack at. The sum over a wait is what the wait charges.
	Delayed(cpu int, n Cycles, by int, at uint16)
	// Waits reports that the cycles charged to CostLockWait at stack at are a wait for the lock of that name.
	Waits(at uint16, lock string)
}

// attribution is the code to which cycles are put down, and its CPU.
type attribution struct {
	by int32
	at uint16
}

// hook is the additional state of a profiled CPU: each CPU of a System with a Profiler has one. The deadline of a
// profiled CPU has passed always, so that every Charge calls due, which finds out here what was charged.
type hook struct {
	to    Profiler
	now   Cycles // the clock, and the cycles spent, at the last report to the profiler
	spent [NumCosts]Cycles
	at    uint16            // the stack of the last charge
	wait  uint16            // where the wait under way began
	by    attribution       // of the last charge
	thief attribution       // of the cycles stolen last
	owed  Cycles            // of the lock wait under way: the cycles already attributed to its holders
	last  attribution       // who handed the lock on
	pcs   [maxStack]uintptr // here, for it is large
}

// maxStack is how many return addresses of a stack are looked at; a deeper one loses its outermost calls.
const maxStack = 64

// here is the number of the present stack.
func (g *hook) here() uint16 {
	n := callers(&g.pcs)
	return g.to.Stack(g.pcs[:n])
}

// charged reports the one charge that c's code has made since the last report.
func (g *hook) charged(c *CPU) {
	g.at = g.here()
	g.by = attribution{c.id, g.at}
	n := c.now - g.now
	what := CostWork
	if n != 0 {
		for c.spent[what] == g.spent[what] {
			what++
		}
		g.now = c.now
		g.spent[what] = c.spent[what]
	}
	g.names(c, what, g.at)
	g.to.Charged(int(c.id), what, n, int(c.id), g.at)
}

// names reports which lock c waits for, if it does, where it is charged for that at a stack.
func (g *hook) names(c *CPU, what Cost, at uint16) {
	if what == CostLockWait && c.blockedL != nil {
		g.to.Waits(at, c.blockedL.Name)
	}
}

// passed reports n cycles that others charged to c: the system at the end of a wait, or the sender of an IPI.
func (g *hook) passed(c *CPU, what Cost, n Cycles, who attribution) {
	g.now += n
	g.spent[what] += n
	if what == CostStolen {
		g.thief = who
	}
	if what == c.last { // not what an IPI has stolen behind a mark
		g.by = who
	}
	g.to.Charged(int(c.id), what, n, int(who.by), who.at)
}

// parks notes where a wait begins. Where it ends, another stack is current: that of the code that resumes the CPU.
func (g *hook) parks(c *CPU) {
	if c.state != running {
		g.wait = g.here()
		g.names(c, CostLockWait, g.wait)
	}
}

// unlocked divides what the waiters of l have waited since it was handed on last: it is due to c, who drops it now.
func (g *hook) unlocked(c *CPU, l *SpinLock) {
	l.freed = attribution{c.id, g.at}
	for i, id := range l.waiters {
		d := c.sys.cpus[id]
		if n := c.now - max(d.waitFrom, l.handed); n > 0 && d.state == waiting { // not on its way to sleep for a mutex
			d.hook.owed += n
			g.to.Delayed(int(id), n, int(c.id), g.at)
		}
		if i == 0 {
			d.hook.last = l.freed
		}
	}
	l.handed = c.now
}

// waited reports the rest of a lock wait that began at from: it is due to the CPU that handed the lock on.
func (g *hook) waited(c *CPU, from Cycles, last attribution) {
	if n := c.now - from - g.owed; n > 0 {
		g.to.Delayed(int(c.id), n, int(last.by), last.at)
	}
	g.owed = 0
}

// stolen reports n cycles that the IPI q took from c: they are due to the code that sent it.
func (g *hook) stolen(c *CPU, n Cycles, q *irq) {
	who := attribution{q.from, q.code}
	if q.kind != irqBroadcast {
		who.at = c.sys.cpus[q.from].rv.code
	}
	g.passed(c, CostStolen, n, who)
}

// Note reports to the profiler, if any, the charges of this CPU since the last report: no cycle passes.
func (c *CPU) Note() {
	if c.hook != nil {
		c.hook.charged(c)
	}
}
