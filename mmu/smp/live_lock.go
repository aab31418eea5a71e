package smp

import (
	"fmt"

	"lwbench/mmu/smp/host"
)

// liveLock is Lock on real threads: test and test-and-set with backoff. Which of several waiters gets the lock is the
// host's affair. A waiter that takes IPIs serves them.
//
//go:noinline
func (c *CPU) liveLock(l *SpinLock) {
	c.liveDue()
	if !l.IPIs {
		c.crit++
	}
	if l.word.CompareAndSwap(0, uint64(c.id)+1) {
		return
	}
	c.liveContend(l)
}

// liveTryLock is TryLock on real threads.
func (c *CPU) liveTryLock(l *SpinLock) bool {
	if !l.word.CompareAndSwap(0, uint64(c.id)+1) {
		return false
	}
	if !l.IPIs {
		c.crit++
	}
	return true
}

func (c *CPU) liveContend(l *SpinLock) {
	if l.word.Load() == uint64(c.id)+1 {
		panic(fmt.Sprintf("smp: cpu%d takes lock %s, which it holds", c.id, l.Name))
	}
	since := host.Nanos()
	now := since
	w := c.waiter(waitsForLock)
	w.lock = l
	for {
		if l.word.Load() == 0 && l.word.CompareAndSwap(0, uint64(c.id)+1) {
			break
		}
		w.wait()
		c.poll()
		now = host.Nanos() // here, where the CPU waits anyway, and not where others wait for it
	}
	waited := Cycles(float64(now-since)*c.sys.live.perNano) - w.end()
	c.spent[CostLockWait] += waited
	if c.sys.live.Sample > 0 && waited > 0 {
		c.contended(l, float64(waited)*c.sys.live.nanos)
	}
}

// notHeld is apart, so that dropping a lock needs no room on the stack for the message.
//
//go:noinline
func (c *CPU) notHeld(l *SpinLock) {
	panic(fmt.Sprintf("smp: cpu%d drops lock %s, which it does not hold", c.id, l.Name))
}
