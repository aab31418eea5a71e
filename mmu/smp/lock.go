package smp

import (
	"fmt"

	"lwbench/mmu/smp/host"
)

// SpinLock is a lock on which a CPU spins, unless it Sleeps. The zero value is free. It is granted in the order of
// arrival. It does not nest.
type SpinLock struct {
	Name string
	Kind LockKind // how CPUs spin on it: what its kernel had that year
	// IPIs says that a CPU which waits for the lock or holds it still takes IPIs (DragonFly's MP lock, FreeBSD's adaptive
	// mutex, any mutex). Otherwise spinning and holding is a critical section.
	IPIs bool
	// Sleeps makes it a mutex: a CPU that finds it held goes to sleep until the holder hands it on (Linux struct mutex
	// without optimistic spinning, FreeBSD's sx). IPIs must be set; a CPU in a critical section must not wait for it.
	Sleeps bool
	// IRQs says that interrupt handlers run while the CPU holds the lock (Linux spin_lock, where spin_lock_irqsave would hold
	// them off): one that takes the lock then spins forever. IPIs must be set. Handlers exist in explorations only. With
	// IPIs alone they wait until the lock is dropped, as those do that run in threads of their own.
	IRQs bool

	line    Line
	holder  int32 // id+1 of the CPU that holds it or has been granted it; 0 is free
	freeAt  Cycles
	freedBy int32 // the CPU that dropped it then
	waiters []int32
	round   Cycles      // transfers of the line from the holder to the first waiter, and from each to the next
	freed   attribution // profiled: the code that dropped it last
	handed  Cycles      // profiled: and when

	_    [hostLine]byte // a CPU that spins shares no cache line of the host with what the holder needs
	word host.Bare      // on real threads: id+1 of the holder
	_    [hostLine - 8]byte
}

// hostLine is two cache lines of the host, which fetches them in pairs.
const hostLine = 128

// Lock takes l: an ordered point. It waits for its turn (CostLockWait), moves the lock's line here and takes it
// (CostLock). Taking a lock that the CPU holds is a panic; in an interrupt handler it is a deadlock.
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
	c.holdOff(l)
	if c.sys.explored.traced() {
		c.touchAt(l.address(), 1, true)
	}
	late := Cycles(0)
	if l.holder != 0 || l.freeFor(c) > c.now {
		late = c.queue(l)
	}
	if c.sys.explored.traced() {
		c.acquired(l.address())
	}
	l.holder = c.id + 1
	n := l.line.move(c, true) // here, where the CPU is in order with others that touch the line
	if late > 0 {
		c.Charge(CostLockWait, late)
		if c.hook != nil {
			c.hook.to.Waits(c.hook.at, l.Name)
		}
	}
	c.Charge(CostLock, c.sys.costs.Lock+n)
}

// TryLock takes l if it is free and reports whether it did: an ordered point (FreeBSD mtx_trylock, Linux mutex_trylock).
// A failed attempt costs reading the lock's line, or taking it for the swap of a TAS lock.
func (c *CPU) TryLock(l *SpinLock) bool {
	if c.now >= c.horizon && c.yield() {
		return c.liveTryLock(l)
	}
	c.touchAt(l.address(), 1, true)
	if l.holder != 0 || c.sys.explored == nil && l.freeFor(c) > c.now {
		c.Charge(CostLock, l.line.move(c, c.sys.kind(l) == TAS))
		return false
	}
	c.holdOff(l)
	c.acquired(l.address())
	l.holder = c.id + 1
	c.Charge(CostLock, c.sys.costs.Lock+l.line.move(c, true))
	return true
}

// holdOff begins what taking the lock begins: a critical section, or the handlers of an exploration held off.
func (c *CPU) holdOff(l *SpinLock) {
	switch {
	case !l.IPIs:
		c.CritEnter()
	case !l.IRQs:
		c.soft++
	}
}

// freeFor returns when c can take l, which was dropped at freeAt: in the next cycle where c's turn in that cycle comes before
// the turn of the CPU that dropped it. A release is no ordered point: without this a waiter would come before CPUs whose turn
// lies between the two, but only at a long run-ahead. Where one CPU acts at a time there are no turns.
func (l *SpinLock) freeFor(c *CPU) Cycles {
	if l.freedBy > c.id && !c.sys.serial {
		return l.freeAt + 1
	}
	return l.freeAt
}

// queue waits until l is granted to this CPU, and returns how much longer it takes to become its own.
func (c *CPU) queue(l *SpinLock) (late Cycles) {
	c.blockedL = l
	if l.holder == 0 {
		l.holder = c.id + 1
		from := c.now
		c.waitUntil(CostLockWait, l.freeFor(c), WaitLock)
		if c.hook != nil {
			c.hook.waited(c, from, l.freed)
		}
		c.blockedL = nil
		return c.handOver(l, l.freed)
	}
	own := l.holder == c.id+1 // and the interrupted thread holds it: it is never granted
	if own && !c.handling {
		panic(fmt.Sprintf("smp: cpu%d takes lock %s, which it holds", c.id, l.Name))
	}
	l.enqueue(c)
	if l.Sleeps {
		c.fallAsleep(l)
	}
	from := c.now
	if l.holder == c.id+1 && !own { // handed on while this CPU was on its way to sleep
		c.waitUntil(CostLockWait, c.wakeAt, WaitLock)
	} else {
		c.wait(CostLockWait, WaitLock)
	}
	c.blockedL = nil
	if c.hook != nil {
		c.hook.waited(c, from, c.hook.last)
		return c.handOver(l, c.hook.last)
	}
	return c.handOver(l, attribution{})
}

// fallAsleep switches away from a thread that waits for the mutex l.
func (c *CPU) fallAsleep(l *SpinLock) {
	if !l.IPIs || c.crit > 0 {
		panic(fmt.Sprintf("smp: cpu%d waits for mutex %s in a critical section", c.id, l.Name))
	}
	c.Charge(CostSleep, c.sys.costs.Sleep)
	c.Order()
}

// Unlock drops l, which the CPU must hold, and hands it to the CPU that has waited longest. For a lock on which CPUs spin
// it is no ordered point: it records when the lock came free. For a mutex it is one, since it pays for waking a waiter.
func (c *CPU) Unlock(l *SpinLock) {
	if l.holder != c.id+1 { // on real threads word names the holder
		if l.word.Load() != uint64(c.id)+1 {
			c.notHeld(l)
		}
		l.word.StoreRelease(0)
		if !l.IPIs {
			c.CritExit()
		}
		return
	}
	if c.charges { // the point comes after the lock is free, where what the thread does next is no longer guarded
		c.spend(CostLock, c.sys.costs.Unlock)
	} else {
		c.Charge(CostLock, c.sys.costs.Unlock)
	}
	if l.Sleeps {
		c.Order()
	}
	if c.hook != nil {
		c.hook.unlocked(c, l)
	}
	if c.sys.explored.traced() {
		c.touchAt(l.address(), 1, true)
		c.released(l.address())
	}
	l.freeAt, l.freedBy, l.holder = c.now, c.id, 0
	if len(l.waiters) > 0 {
		c.handOn(l)
	}
	switch {
	case !l.IPIs:
		c.CritExit()
	case !l.IRQs:
		c.soft--
	}
	if c.charges && (l.IPIs || c.crit > 0) {
		c.yield()
	}
}

// handOn grants l to the CPU that has waited longest.
func (c *CPU) handOn(l *SpinLock) {
	d := l.dequeue(c.sys)
	l.holder = d.id + 1
	if !l.Sleeps {
		c.grant(d)
		c.sys.ready(d, l.freeFor(d))
		return
	}
	c.wake(d)
	c.Charge(CostSleep, c.sys.costs.Wakeup)
}

// address is where the lock lies, for a run that is traced.
func (l *SpinLock) address() uintptr {
	at, _ := host.Address(l)
	return at
}

// Holds reports whether c holds l.
func (c *CPU) Holds(l *SpinLock) bool {
	return l.holder == c.id+1 || c.live != nil && l.word.Load() == uint64(c.id)+1
}
