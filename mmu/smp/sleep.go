package smp

import (
	"errors"
	"slices"

	"lwbench/mmu/smp/host"
)

// ErrInterrupted is what an interruptible Sleep returns when a signal ended it.
var ErrInterrupted = errors.New("sleep interrupted by a signal")

// WaitQueue is a queue of sleeping CPUs, a kernel's sleep channel. The zero value is empty.
type WaitQueue struct {
	Name     string // "the sf_buf freelist", for reports
	Why      string // what sleepers lack: "all 16 sf_bufs in use"; may be empty
	sleepers []int32
}

// String is the queue's name and what its sleepers lack: "the sf_buf freelist: all 16 sf_bufs in use".
func (q *WaitQueue) String() string {
	if q.Why == "" {
		return q.Name
	}
	return q.Name + ": " + q.Why
}

// touchQueue says that the present step of a traced run changes q.
func (c *CPU) touchQueue(q *WaitQueue) {
	at, _ := host.Address(q)
	c.touchAt(at, 1, true)
}

// remove takes a sleeper out of the queue.
func (q *WaitQueue) remove(sleeper int32) {
	if i := slices.Index(q.sleepers, sleeper); i >= 0 {
		q.sleepers = slices.Delete(q.sleepers, i, i+1)
	}
}

// Sleep puts the thread on this CPU to sleep on q until it is woken, in FIFO order. It drops l, if given, when it
// is queued and takes it again before it returns. Critical sections of the thread end while it sleeps, as a switch to
// the idle thread does. With catch a Signal ends the sleep with ErrInterrupted. All of it is charged to CostSleep, the
// lock apart.
func (c *CPU) Sleep(q *WaitQueue, l *SpinLock, catch bool) error {
	if c.now >= c.horizon && c.yield() {
		return c.liveSleep(q, l, catch)
	}
	c.touchQueue(q)
	c.Touches(objSleep|Object(c.id), true)
	c.asleep, c.catch, c.sleepErr = q, catch, nil
	q.sleepers = append(q.sleepers, c.id)
	c.wakeAt = 0
	if l != nil {
		c.Unlock(l)
	}
	crit := c.crit
	c.Charge(CostSleep, c.sys.costs.Sleep)
	c.Touches(objCrit|Object(c.id), true)
	c.crit, c.busy = 0, max(c.busy, c.now)
	c.setDeadline()
	c.Charge(CostSleep, 0)
	c.Order() // what arrives before the sleep begins meets a CPU at work
	c.Touches(objSleep|Object(c.id), true)
	if c.asleep != nil {
		c.wait(CostSleep, WaitWakeup)
	} else {
		c.waitUntil(CostSleep, c.wakeAt, WaitWakeup)
	}
	err := c.sleepErr
	if l != nil {
		c.Lock(l) // IPIs are served during the sleep: the thread's critical sections resume when it runs
	}
	c.crit += crit
	c.setDeadline()
	return err
}

// Wakeup wakes everybody on q, an ordered point, and returns how many there were. Each is charged to CostSleep.
func (c *CPU) Wakeup(q *WaitQueue) int { return c.wakeup(q, len(c.sys.cpus)) }

// WakeupOne wakes the one that has slept longest, if there is one.
func (c *CPU) WakeupOne(q *WaitQueue) int { return c.wakeup(q, 1) }

func (c *CPU) wakeup(q *WaitQueue, most int) (n int) {
	if c.now >= c.horizon && c.yield() {
		return c.liveWakeup(q, most)
	}
	c.touchQueue(q)
	for ; n < most && len(q.sleepers) > 0; n++ {
		d := c.sys.cpus[q.sleepers[0]]
		q.sleepers = q.sleepers[:copy(q.sleepers, q.sleepers[1:])]
		c.endSleep(d, nil)
	}
	if n > 0 {
		c.Charge(CostSleep, Cycles(n)*c.sys.costs.Wakeup)
	}
	return n
}

// endSleep ends d's sleep; Sleep returns err there.
func (c *CPU) endSleep(d *CPU, err error) {
	d.asleep, d.sleepErr = nil, err
	c.wake(d)
}

// wake makes d run again. d may still be on its way to sleep: then it finds the time of its waking noted.
func (c *CPU) wake(d *CPU) {
	c.Touches(objSleep|Object(d.id), true)
	c.grant(d)
	at := c.now + c.sys.costs.WakeUp
	if d.state == waiting {
		c.sys.ready(d, at)
		return
	}
	d.wakeAt = at
}

// Signal interrupts the thread on CPU target if it is in a Sleep that may be interrupted: an ordered point. It reports
// whether it was.
func (c *CPU) Signal(target int) bool {
	if c.now >= c.horizon && c.yield() {
		return c.liveSignal(target)
	}
	d := c.sys.cpus[target]
	c.Touches(objSleep|Object(d.id), true)
	if d.asleep == nil || !d.catch {
		return false
	}
	c.touchQueue(d.asleep)
	d.asleep.remove(d.id)
	c.endSleep(d, ErrInterrupted)
	c.Charge(CostSleep, c.sys.costs.Wakeup)
	return true
}
