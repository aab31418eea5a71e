package smp

import "lwbench/mmu/smp/host"

// Line is a cache line that CPUs share: its last writer and the CPUs that have a copy. The zero value is in no cache.
type Line struct {
	owner   int32 // id+1 of the last writer
	shared  bool  // others may have read copies
	readers CPUSet
	readyAt Cycles    // a transfer is under way until then
	word    host.Bare // on real threads: the word that is read and written
}

// move brings the line to c and returns what the transfer costs.
func (l *Line) move(c *CPU, write bool) (n Cycles) {
	me := c.id + 1
	if l.owner == me && (!l.shared || !write) {
		return 0
	}
	s := c.sys
	switch {
	case l.owner == 0 && !l.shared:
		if c.live != nil {
			return 0 // the host's caches move it, and the simulation keeps no owner
		}
	case !write && l.readers.Has(int(c.id)):
		return 0
	case write && l.shared, l.owner == 0:
		n = s.costs.Line[l.farthest(c)]
	default:
		n = s.line(c.id, l.owner-1)
	}
	if write {
		l.owner = me
		if l.shared {
			l.shared, l.readers = false, CPUSet{}
		}
		return n
	}
	l.shared = true
	l.readers.Add(int(c.id))
	return n
}

// farthest returns the distance to the farthest CPU that has a copy: a write waits for it.
func (l *Line) farthest(c *CPU) (far Distance) {
	if l.owner != 0 {
		far = c.sys.distance(c.id, l.owner-1)
	}
	for id := l.readers.Next(0); id >= 0 && far < Remote; id = l.readers.Next(id + 1) {
		far = max(far, c.sys.distance(c.id, int32(id)))
	}
	return far
}

// Touch reads or writes a shared line outside any lock: an ordered point. Transfers of one line follow one another, so
// that a line which many CPUs write is a queue; waiting in it and the transfer are charged as CostLine.
func (c *CPU) Touch(l *Line, write bool) { c.touch(l, write, 0) }

// Atomic is a locked read-modify-write on a shared line: Touch and the price of the instruction.
func (c *CPU) Atomic(l *Line) { c.touch(l, true, c.sys.costs.Atomic) }

func (c *CPU) touch(l *Line, write bool, extra Cycles) {
	if c.now >= c.horizon && c.yield() {
		l.liveTouch(write)
		return
	}
	n := l.move(c, write)
	if n > 0 {
		n += max(0, l.readyAt-c.now)
		l.readyAt = c.now + n
	}
	if n += extra; n > 0 {
		c.Charge(CostLine, n)
	}
}

// liveTouch is a read or a locked add of the line on real threads.
func (l *Line) liveTouch(write bool) {
	if write {
		l.word.Inc()
	} else {
		l.word.Load()
	}
}

// TouchLocked reads or writes a line that a lock guards which c holds. The lock has ordered it already; the transfer is
// charged as CostAlloc, for it is the design's own data.
func (c *CPU) TouchLocked(l *Line, write bool) {
	if c.live != nil {
		return // the host's caches move it
	}
	c.touchLocked(l, write)
}

//go:noinline
func (c *CPU) touchLocked(l *Line, write bool) {
	if n := l.move(c, write); n > 0 {
		c.Charge(CostAlloc, n)
	}
}
