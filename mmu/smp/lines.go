package smp

import "math/bits"

// Lines is an array of cache lines that CPUs touch at any time, in no order: the lines of a page table, or pages. A touch is
// noted where it happens, and takes effect at the CPU's next ordered point, where what it costs is charged. So the costs
// depend on the order of ordered points, which is the same for every run-ahead, and a touch costs no switch of CPUs. The
// price is that touches between two ordered points of a CPU count as if they came together.
type Lines struct {
	// Fetched has, for each CPU, where to count the transfers, or is nil.
	Fetched []*int64

	cost    [NumDistances]Cycles // of a transfer, by where the line is
	memory  Cycles               // of a line that no CPU has touched yet
	words   int                  // of one line's set of readers
	owner   []int32              // id+1 of the last writer; 0: none yet
	shared  []bool               // others may have copies
	readers []uint64
}

// touch is a touch that has not taken effect.
type touch struct {
	l     *Lines
	i     int32
	write bool
	what  Cost
	code  uint16 // profiled: the stack that touched it
}

// maxTouches is how many touches may wait for an ordered point before the CPU makes one: a write of a PTE and the walk that
// follows. With more, a CPU that makes no ordered points of its own would pay for one transfer in many.
const maxTouches = 2

// NewLines returns n lines of the system, whose transfers cost what cost says by distance; a line that no CPU has touched
// comes from memory.
func (s *System) NewLines(n int, cost [NumDistances]Cycles, memory Cycles) *Lines {
	l := &Lines{cost: cost, memory: memory, words: (len(s.cpus) + 63) / 64}
	l.Grow(n)
	return l
}

// Grow makes room for n lines.
func (l *Lines) Grow(n int) {
	if more := n - len(l.owner); more > 0 {
		l.owner = append(l.owner, make([]int32, more)...)
		l.shared = append(l.shared, make([]bool, more)...)
		l.readers = append(l.readers, make([]uint64, more*l.words)...)
	}
}

// TouchLater notes that this CPU reads or writes line i of l; what it costs is charged to what. Under a Scheduler and on real
// threads it does nothing.
func (c *CPU) TouchLater(l *Lines, i int, write bool, what Cost) {
	if c.live != nil || c.sys.explored != nil {
		return
	}
	n := len(c.touches)
	if n == cap(c.touches) {
		c.touches = append(c.touches, touch{})
	}
	c.touches = c.touches[:n+1]
	t := &c.touches[n] // see CPU.room
	t.l, t.i, t.write, t.what, t.code = l, int32(i), write, what, 0
	if c.hook != nil {
		t.code = c.hook.here()
	}
	c.horizon = 0 // the next ordered point settles it
}

// SettleTouches settles the pending touches at an ordered point if there are maxTouches of them. What follows is not ordered: the
// touches advance the clock, and the CPU continues within its lead, without waiting for the other CPUs to reach that clock.
func (c *CPU) SettleTouches() {
	if len(c.touches) >= maxTouches {
		c.settleOrdered()
	}
}

func (c *CPU) settleOrdered() {
	if c.now >= c.order {
		c.letOthers()
	}
	c.settleTouches()
}

// settleTouches applies all pending touches, at one ordered point. A profiler must not change which touches that
// point settles, so each is charged by itself, to its own cost and stack.
func (c *CPU) settleTouches() {
	before := c.now
	for k := range c.touches {
		t := &c.touches[k]
		n := t.l.move(c, int(t.i), t.write)
		if n == 0 {
			continue
		}
		if t.l.Fetched != nil {
			*t.l.Fetched[c.id]++
		}
		c.spend(t.what, n)
		if c.hook != nil {
			c.hook.passed(c, t.what, n, attribution{c.id, t.code})
		}
	}
	c.touches = c.touches[:0]
	c.horizon = c.order
	if c.now > before {
		c.catchUp()
	}
}

// move brings line i to c and returns what that costs.
func (l *Lines) move(c *CPU, i int, write bool) Cycles {
	me := c.id + 1
	if l.owner[i] == me && (!l.shared[i] || !write) {
		return 0
	}
	readers := l.readers[i*l.words : (i+1)*l.words]
	bit := uint64(1) << (uint(c.id) % 64)
	mine := l.shared[i] && readers[c.id/64]&bit != 0
	if !write && mine {
		return 0
	}
	n := l.memory
	switch {
	case l.owner[i] == 0 && !l.shared[i]:
	case write && l.shared[i]:
		n = l.cost[l.farthest(c, i, readers)]
		if mine { // only the other copies have to go
			n = min(n, c.sys.costs.Line[l.farthest(c, i, readers)])
		}
	case l.owner[i] == 0:
		n = l.cost[l.farthest(c, i, readers)]
	default:
		n = l.cost[c.sys.distance(c.id, l.owner[i]-1)]
	}
	if write {
		l.owner[i] = me
		if l.shared[i] {
			l.shared[i] = false
			clear(readers)
		}
		return n
	}
	l.shared[i] = true
	readers[c.id/64] |= bit
	return n
}

// farthest returns the distance to the farthest CPU that has a copy of line i.
func (l *Lines) farthest(c *CPU, i int, readers []uint64) (far Distance) {
	if o := l.owner[i]; o != 0 {
		far = c.sys.distance(c.id, o-1)
	}
	for w, left := range readers {
		for ; left != 0 && far < Remote; left &= left - 1 {
			far = max(far, c.sys.distance(c.id, int32(w*64+bits.TrailingZeros64(left))))
		}
	}
	return far
}
