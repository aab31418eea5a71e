package smp

import (
	"fmt"

	"lwbench/mmu/smp/host"
)

// SpinLock is a lock on which a CPU spins. The zero value is free. It is granted in the order of arrival, as a ticket
// lock does; real test-and-set locks are less fair and dearer under contention (docs/METHODOLOGY.md). It does not nest.
type SpinLock struct {
	Name string
	// IPIs tells that a CPU which spins on the lock or holds it still takes IPIs (DragonFly's MP lock, FreeBSD's
	// adaptive mutex). Otherwise spinning and holding is a critical section.
	IPIs bool

	line    Line
	holder  int32 // id+1 of the CPU that holds it or has been granted it; 0 is nobody
	freeAt  Cycles
	waiters []int32
	freed   attribution // profiled: who dropped it last
	handed  Cycles      // profiled: and when

	_    [hostLine]byte // who spins shares no cache line of the host with what the holder needs
	word host.Bare      // on real threads: id+1 of the holder
	_    [hostLine - 8]byte
}

// hostLine is two cache lines of the host, which fetches them in pairs.
const hostLine = 128

// Lock takes l: an ordered point. It waits for its turn (CostLockWait), moves the lock's line here and takes it
// (CostLock). Taking a lock that the CPU holds is a panic.
func (c *CPU) Lock(l *SpinLock) {
	if c.now >= c.horizon {
		if c.live != nil {
			if c.now >= c.dueAt() || !l.word.CompareAndSwap(0, uint64(c.id)+1) {
				c.liveLock(l)
			} else if !l.IPIs {
				c.crit++
			}
			return
		}
		c.yield()
	}
	if !l.IPIs {
		c.CritEnter()
	} else {
		c.soft++
	}
	if l.holder != 0 || l.freeAt > c.now {
		c.queue(l)
	}
	l.holder = c.id + 1
	k := &c.sys.costs
	c.Charge(CostLock, k.Lock+l.line.move(c, true))
}

// queue waits until l is this CPU's.
func (c *CPU) queue(l *SpinLock) {
	c.blockedL = l
	if l.holder == 0 {
		l.holder = c.id + 1
		from := c.now
		c.waitUntil(CostLockWait, l.freeAt, WaitLock)
		if c.hook != nil {
			c.hook.waited(c, from, l.freed)
		}
		c.blockedL = nil
		return
	}
	if l.holder == c.id+1 {
		panic(fmt.Sprintf("smp: cpu%d takes lock %s, which it holds", c.id, l.Name))
	}
	l.waiters = append(l.waiters, c.id)
	from := c.now
	c.wait(CostLockWait, WaitLock)
	if c.hook != nil {
		c.hook.waited(c, from, c.hook.last)
	}
}

// Unlock drops l, which the CPU must hold. It is no ordered point: it records when the lock came free, and hands it to
// the CPU that has waited longest.
func (c *CPU) Unlock(l *SpinLock) {
	if l.holder != c.id+1 { // on real threads word tells the holder
		if l.word.Load() != uint64(c.id)+1 {
			c.notHeld(l)
		}
		l.word.StoreRelease(0)
		if !l.IPIs {
			c.CritExit()
		}
		return
	}
	c.Charge(CostLock, c.sys.costs.Unlock)
	if c.hook != nil {
		c.hook.unlocked(c, l)
	}
	l.freeAt, l.holder = c.now, 0
	if len(l.waiters) > 0 {
		d := c.sys.cpus[l.waiters[0]]
		l.waiters = l.waiters[:copy(l.waiters, l.waiters[1:])]
		l.holder = d.id + 1
		c.sys.ready(d, c.now)
	}
	if !l.IPIs {
		c.CritExit()
	} else {
		c.soft--
	}
}

// Holds reports whether c holds l.
func (c *CPU) Holds(l *SpinLock) bool {
	return l.holder == c.id+1 || c.live != nil && l.word.Load() == uint64(c.id)+1
}
