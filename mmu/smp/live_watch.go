package smp

import (
	"runtime"

	"lwbench/mmu/smp/host"
)

// What a live CPU waits for: the low bits of liveCPU.waiting, above them the number of its waits so far.
const (
	waitsForNobody uint64 = iota
	waitsForTime
	waitsForLock
	waitsForAnswers
	waitsForRelease
	waitsForMessage
	waitsForWakeup
	waitsForTurn
	heldOff uint64 = 16 // IPIs are held off during the wait
	oneWait uint64 = 32
)

// liveWaits records for the watch that c waits for kind from now on.
func (c *CPU) liveWaits(kind uint64) {
	w := &c.live.waiting
	if kind != waitsForNobody && !c.takesIPIs() {
		kind |= heldOff
	}
	w.Store(w.Load()&^(oneWait-1) + oneWait + kind)
}

// waiter is one wait of a CPU that spins. It is reported to the watch when it has lasted for a while.
type waiter struct {
	c      *CPU
	kind   uint64
	lock   *SpinLock
	rounds int
	stolen Cycles
	b      host.Backoff
}

// How many rounds a wait lasts before the watch is told, and before a CPU without a thread of its own asks others to give up
// theirs: by then it yields itself.
const (
	tellAfter = 256
	askAfter  = 32
)

func (c *CPU) waiter(kind uint64) *waiter {
	return &waiter{c: c, kind: kind, stolen: c.spent[CostStolen], b: host.Backoff{Yield: c.live.yield, Answer: kind != waitsForLock}}
}

// wait is one round.
func (w *waiter) wait() {
	c := w.c
	if w.rounds++; w.rounds == askAfter && w.b.Yield {
		c.sys.live.hungry.Inc()
	}
	w.b.Wait()
	if w.rounds == tellAfter {
		c.live.waitL.Store(w.lock)
		c.liveWaits(w.kind)
	}
	if c.live.gone {
		panic(unwind{}) // a deferred call that waits
	}
	c.liveUnwind()
}

// end ends the wait and returns what IPIs took of it.
func (w *waiter) end() (stolen Cycles) {
	if w.rounds >= askAfter && w.b.Yield {
		w.c.sys.live.hungry.Dec()
	}
	if w.rounds >= tellAfter {
		w.c.liveWaits(waitsForNobody)
	}
	return w.c.spent[CostStolen] - w.stolen
}

// makeWay yields to the goroutines of other CPUs if c has no thread of its own and one of them waits for another: for a
// shootdown that waits for each of many computing CPUs in turn, each of their time slices is 10 ms.
func (c *CPU) makeWay() {
	if c.live.yield && c.crit == 0 && c.sys.live.hungry.Load() > 0 {
		runtime.Gosched()
	}
}

// watch is what the run's watch remembers from one look to the next.
type watch struct {
	seen  []uint64
	still int
}

// looks is in how many looks the watch must find everybody waiting, and waiting as before, to call it a deadlock.
const looks = 5

func (w *watch) init(n int) { w.seen = make([]uint64, n) }

// lookAround ends the run when every CPU waits for another one and none has moved for a while.
func (s *System) lookAround() {
	w := &s.live.watch
	moved, waits := false, false
	for i, c := range s.cpus {
		now := c.live.waiting.Load()
		if now != w.seen[i] {
			w.seen[i], moved = now, true
		}
		switch now & (heldOff - 1) {
		case waitsForNobody:
			moved = moved || !c.hasFinished()
		case waitsForTime:
			moved = true
		case waitsForTurn: // another CPU has it: this wait alone is no deadlock
		default:
			waits = true
			moved = moved || c.canGoOn(now)
		}
	}
	if w.still++; moved || !waits {
		w.still = 0
	}
	if w.still < looks {
		return
	}
	w.still = 0
	e := &DeadlockError{}
	for _, c := range s.cpus {
		if !c.hasFinished() {
			e.Waits = append(e.Waits, c.liveWait())
		}
	}
	s.stopLive(e)
}

// canGoOn reports whether c's wait is over and only its thread has not run since: a loaded host may not schedule it for
// seconds.
func (c *CPU) canGoOn(waiting uint64) bool {
	l := c.live
	mail := l.due.Load() != noMail
	switch waiting & (heldOff - 1) {
	case waitsForLock:
		return l.waitL.Load().word.Load() == 0 || mail && waiting&heldOff == 0
	case waitsForAnswers: // once it has released its targets, each of them continues
		return mail || l.rv.missing.Load() == 0 || l.rv.released.Load() != 0
	case waitsForRelease:
		l.mu.Acquire()
		defer l.mu.Release()
		return l.away && l.held == 0 || !l.away && mail
	case waitsForWakeup:
		return l.woken.Load() != 0
	}
	return mail
}

// hasFinished reports whether c's body has returned: it is away and does not wait.
func (c *CPU) hasFinished() bool {
	c.live.mu.Acquire()
	defer c.live.mu.Release()
	return c.live.away && c.live.waiting.Load()&(heldOff-1) == waitsForNobody
}

// liveWait describes what c waits for.
func (c *CPU) liveWait() Wait {
	l := c.live
	kind := l.waiting.Load()
	w := Wait{CPU: int(c.id), Holder: -1, HeldOff: kind&heldOff != 0}
	switch kind & (heldOff - 1) {
	case waitsForLock:
		k := l.waitL.Load()
		w.Kind, w.Lock, w.Holder = WaitLock, k.Name, int(int64(k.word.Load())-1)
	case waitsForAnswers:
		w.Kind, w.On = WaitTargets, c.unanswered()
	case waitsForRelease:
		w.Kind = WaitRelease
	case waitsForMessage:
		w.Kind = WaitMessage
	case waitsForWakeup:
		w.Kind, w.Queue = WaitWakeup, l.waitQ.Load()
	case waitsForTurn:
		w.Kind = WaitTurn
	default:
		w.Kind = WaitTime
	}
	return w
}

// unanswered names the CPUs in whose mailboxes c's request still lies.
func (c *CPU) unanswered() (m CPUSet) {
	for _, d := range c.sys.cpus {
		d.live.mu.Acquire()
		for i := range d.live.inbox {
			if d.live.inbox[i].rv == &c.live.rv {
				m.Add(int(d.id))
			}
		}
		d.live.mu.Release()
	}
	return m
}
