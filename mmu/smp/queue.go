package smp

// The sizes of the IPI queue from one CPU to another (MAXCPUFIFO in DragonFly's sys/thread.h of 2003 to 2010).
const (
	queueLen  = 16
	highWater = queueLen / 2 // a sender waits if the queue holds more messages than this,
	lowWater  = queueLen / 4 // until the queue holds only this many
)

// ipiQueue holds the messages from one CPU to another whose IPI the target has not taken (DragonFly struct lwkt_ipiq). An IPI
// with its own vector (Vector, Broadcast) has no queue: the APIC keeps one request of each vector.
type ipiQueue struct {
	posted, taken int64            // messages ever
	when          [queueLen]Cycles // of each message: its arrival, and once it is taken that moment
}

// left returns how many messages to CPU to are not taken when c's turn comes in the present cycle. It is too large where
// the target has not come so far yet.
func (q *ipiQueue) left(c *CPU, to int32) int64 {
	t := c.now
	if to > c.id { // its turn in this cycle comes later, though it may have run ahead
		t--
	}
	n := q.posted - q.taken
	for i := q.taken - 1; i >= max(0, q.posted-queueLen) && q.when[i%queueLen] > t; i-- {
		n++
	}
	return n
}

// queueTo returns c's queue to CPU to.
func (c *CPU) queueTo(to int32) *ipiQueue {
	if c.out == nil {
		c.out = make([]*ipiQueue, len(c.sys.cpus))
	}
	q := c.out[to]
	if q == nil {
		q = &ipiQueue{}
		c.out[to] = q
	}
	return q
}

// queueOf is the object of the queue from one CPU to another.
func queueOf(from, to int32) Object { return objQueue | Object(from)*maxTraced | Object(to) }

// makeRoom waits, if c's queue to CPU to is full, until it has room (lwkt_send_ipiq).
func (c *CPU) makeRoom(to int32, by Method) {
	s, q := c.sys, c.out[to]
	if s.explored == nil {
		if q.left(c, to) <= highWater {
			return
		}
		if c.now >= c.order { // not yield: whether this CPU has to look depends on how far the target has come
			c.letOthers()
		}
		s.cpus[to].serveUpTo(c.now)
		if q.left(c, to) <= highWater {
			return
		}
	} else {
		if q.posted <= highWater { // whatever has been taken
			return
		}
		c.Touches(queueOf(c.id, to), false)
		if q.posted-q.taken <= highWater {
			return
		}
	}
	c.awaitRoom(to, by, q)
}

// awaitRoom waits until only lowWater messages are left in q. It serves IPIs meanwhile, unless by is Masked.
func (c *CPU) awaitRoom(to int32, by Method, q *ipiQueue) {
	s, r := c.sys, &c.rv
	r.c, r.by, r.on, r.call, r.part, c.initiates, c.full = c, by, CPUSet{}, nil, 0, true, to+1
	r.on.Add(int(to))
	c.Touches(objCrit|Object(c.id), true)
	c.open()
	c.beginWait(CostMessage, WaitRoom)
	c.state = collecting
	last := q.posted - lowWater // messages of which it waits for the last
	switch t := q.when[(last-1)%queueLen]; {
	case s.explored != nil:
		s.tree.set(c.id, never)
	case q.taken >= last: // at a moment that the target has reached already
		s.ready(c, t+s.line(c.id, to))
	default: // a target that does not run takes them when they arrive, if somebody looks then: see collect
		s.tree.set(c.id, keyOf(max(t, c.now), c.id))
	}
	if c.irqAt <= c.now && s.explored == nil && !by.Masked {
		c.drain(c.now) // held off by a critical section until now
	}
	c.park()
	c.full = 0
	c.endRendezvous()
}

// open notes that c takes IPIs again, which a critical section has held off until now.
func (c *CPU) open() {
	if c.crit > 0 && c.takesIPIs() {
		c.opened = c.now
	}
}

// roomFor makes room for a request to the CPUs of on, each of which takes an entry of its queue.
func (c *CPU) roomFor(on *CPUSet, by Method) {
	if c.out == nil || by.Send != Unicast {
		return
	}
	for to, q := range c.out {
		if q != nil && on.Has(to) {
			c.makeRoom(int32(to), by)
		}
	}
}

// took notes that c has taken q, a message, and lets a sender that waits for that go on.
func (c *CPU) took(q *irq) {
	s := c.sys
	by := s.cpus[q.from]
	k := by.out[c.id]
	t := max(q.at, c.opened)
	k.when[k.taken%queueLen] = t
	k.taken++
	c.Touches(queueOf(q.from, c.id), true)
	if by.full == c.id+1 && k.posted-k.taken == lowWater {
		c.grant(by)
		s.ready(by, t+s.line(c.id, q.from))
	}
}
