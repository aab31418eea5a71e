package smp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"lwbench/mmu/smp/host"
)

// The live engine runs the same primitives on real threads: a goroutine for each CPU, spinlocks that spin, IPIs that are
// polled for. live.go starts and ends a run, live_mail.go is the mailbox of a CPU, live_wait.go idling and sleep,
// live_lock.go, live_rendezvous.go and live_serial.go what their names say, live_watch.go records which CPU waits for which.
//
// The virtual engine pays nothing for it: a live CPU's clock is past every limit (long), so that each primitive takes
// the slow path that it has anyway and branches there. Only the deadline of a charge is a real one: when the CPU is to
// look at the clock again, or at once where an IPI has come.

// Live says how a System runs on real threads.
type Live struct {
	Hz        float64 // the simulated clock: how many cycles of Now make a second
	NoIPICost bool    // IPIs cost what the host takes; otherwise the machine's costs are spun for
	Unpinned  bool    // never lock threads to host CPUs
	Stall     float64 // seconds without any activity after which the run counts as deadlocked; 0 is 5
	Sample    float64 // nanoseconds of lock wait for each stack that is taken; 0 takes none
}

// long is a moment before every other: the limits of a live CPU.
const long = Cycles(math.MinInt64 / 2)

// liveSystem is the part of a System that only the live engine has.
type liveSystem struct {
	Live
	perNano  float64 // cycles
	nanos    float64 // in a cycle
	pin      []int
	why      string // nothing is pinned because of that
	began    int64  // host.Nanos
	stopping host.Word
	hungry   host.Word // CPUs without a thread of their own that have waited for another one for a while
	queues   host.Lock // all wait queues
	failure  host.Lock // guards System.err and panicked
	panicked *host.Panic
	lost     []int64 // involuntary context switches, by CPU
	watch    watch
}

// liveCPU is the part of a CPU that only the live engine has.
type liveCPU struct {
	due host.Word // when the first IPI of the inbox arrives, in host.Nanos; noMail where there is none

	mu    host.Lock // guards what follows
	inbox []liveIRQ
	away  bool // asleep, idle or finished: who sends an IPI serves it at once
	held  int  // rendezvous that hold it while it is away

	batch    []liveIRQ
	joined   []*liveRendezvous // stopped by these, which have not released it
	rv       liveRendezvous
	parker   host.Parker
	woken    host.Bare // a sleep is over
	worked   Cycles    // CostWork that has been spent in real time
	look     Cycles    // when to look at the clock again
	own      Own
	counting bool // calls: see CountCalls
	gone     bool // it unwinds
	yield    bool

	waiting atomic.Uint64 // number of waits and what the present one is for; see live_watch.go
	waitL   atomic.Pointer[SpinLock]
	waitQ   atomic.Pointer[WaitQueue]
	stacks  map[waitSite]*Contended
	order   []*Contended // the same, by first wait
	credit  uint64       // state of the sampling's random numbers
}

// makeLive prepares s for real threads.
func (s *System) makeLive(opt Live) error {
	if opt.Hz <= 0 {
		return errors.New("smp: a live system needs the rate of its clock")
	}
	if opt.Stall == 0 {
		opt.Stall = 5
	}
	l := &liveSystem{Live: opt, perNano: opt.Hz / 1e9, nanos: 1e9 / opt.Hz, lost: make([]int64, len(s.cpus))}
	if l.why = "asked for"; !opt.Unpinned {
		cpus := host.Available()
		l.pin, l.why = cpus.Pin(len(s.cpus))
	}
	s.live = l
	for _, c := range s.cpus {
		c.live = &liveCPU{parker: host.NewParker(), yield: l.pin == nil, credit: uint64(c.id)*2 + 1}
		c.live.due.Store(noMail)
		c.deadline, c.horizon, c.order, c.lead = int64(long), long, long, long // irqAt stays at Forever: a critical section does not touch deadline
	}
	return nil
}

// Pinned reports whether every CPU has a host CPU of its own, and why not.
func (s *System) Pinned() (pinned bool, why string) {
	return s.live != nil && s.live.pin != nil, s.live.why
}

// HostCPUs returns the host CPU of each CPU's thread, or nil where they are not pinned.
func (s *System) HostCPUs() []int { return s.live.pin }

// Descheduled returns how often pinned threads were switched away from; a waiting thread's own yields count, where another thread took the CPU.
func (s *System) Descheduled() (n int64) {
	for _, k := range s.live.lost {
		n += k
	}
	return n
}

// runLive is Run on real threads. A panic in a body ends all of them.
func (s *System) runLive(ctx context.Context, body func(*CPU) error) error {
	l := s.live
	t := host.Threads{
		Pin: l.pin, Every: l.Stall / 5, Watch: s.lookAround,
		Descheduled: func(i int, n int64) { l.lost[i] = n },
	}
	l.watch.init(len(s.cpus))
	l.began = host.Nanos()
	t.Run(ctx, len(s.cpus), func(i int) { s.cpus[i].liveBody(body) }, func(p *host.Panic) {
		l.failure.Acquire()
		if l.panicked == nil {
			l.panicked = p
		}
		l.failure.Release()
		s.stopLive(nil)
	}, func() { s.stopLive(context.Cause(ctx)) })
	if l.panicked != nil {
		return l.panicked
	}
	return s.err
}

// liveBody is one CPU's thread.
func (c *CPU) liveBody(body func(*CPU) error) {
	defer func() {
		if c.live.gone {
			_ = recover() // unwind, or what a deferred call made of it
		}
	}()
	if err := body(c); err != nil {
		c.sys.stopLive(fmt.Errorf("cpu%d: %w", c.id, err))
	}
	c.liveIdle() // it has finished: the sender of an IPI serves it
	c.liveWaits(waitsForNobody)
}

// stopLive ends the run: every CPU unwinds at its next machine call. The first error counts.
func (s *System) stopLive(err error) {
	l := s.live
	l.failure.Acquire()
	if s.err == nil {
		s.err = err
	}
	l.failure.Release()
	l.stopping.Store(1)
	for _, c := range s.cpus {
		c.live.mu.Acquire()
		c.setDue()
		c.live.mu.Release()
		c.live.parker.Wake()
	}
}

// lookEvery is how many cycles a CPU charges before it looks at the clock: some dozen operations, one microsecond of the
// host. A look takes 50 ns; at 4096 cycles it was 5 ns of an lwbuf's pair of 28.
const lookEvery = 16384

// liveStep is what charges and ordered points come to when the deadline has passed: work is worked off, IPIs are served.
func (c *CPU) liveStep() {
	if c.counted() {
		return
	}
	c.liveLook()
	c.poll()
	c.makeWay()
}

// liveDue is a charge of nothing.
func (c *CPU) liveDue() {
	if c.now >= c.dueAt() {
		c.liveStep()
	}
}

// liveLook works off what has been charged as work, and looks at the clock.
func (c *CPU) liveLook() {
	if n := c.spent[CostWork] - c.live.worked; n != 0 {
		c.liveWork(n)
		return
	}
	c.live.own.Looks++
	c.liveClock(host.Nanos())
}

// liveClock sets the clock to t, in host.Nanos, and the deadline after it.
func (c *CPU) liveClock(t int64) {
	c.now = Cycles(float64(t-c.sys.live.began) * c.sys.live.perNano)
	c.live.look = c.now + lookEvery
	c.liveNext()
}

// setDueAt sets the deadline; another CPU may do it.
func (c *CPU) setDueAt(t Cycles) { atomic.StoreInt64(&c.deadline, int64(t)) }

// liveWork computes for n cycles; what IPIs take comes on top.
func (c *CPU) liveWork(n Cycles) {
	l, t := c.live, host.Nanos()
	l.own.Works++
	l.worked = c.spent[CostWork]
	stolen := c.spent[CostStolen]
	for {
		extra := n + c.spent[CostStolen] - stolen
		if now := host.Nanos(); now >= t+int64(float64(extra)*c.sys.live.nanos) {
			c.liveClock(now)
			return
		}
		c.poll()
		c.makeWay()
	}
}

// livePass adds to what the time since t, in host.Nanos.
func (c *CPU) livePass(what Cost, t int64) {
	now := host.Nanos()
	c.spent[what] += Cycles(float64(now-t) * c.sys.live.perNano)
	c.liveClock(now)
}

// liveSpend burns n cycles of an IPI's cost, where that is asked for.
func (s *System) liveSpend(n Cycles) {
	if !s.live.NoIPICost {
		host.SpinUntil(host.Nanos() + int64(float64(n)*s.live.nanos))
	}
}

// liveUnwind ends c's code if the run is over.
func (c *CPU) liveUnwind() {
	if c.sys.live.stopping.Load() != 0 && !c.live.gone {
		c.live.gone = true
		panic(unwind{})
	}
}
