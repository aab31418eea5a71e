package smp

// irq is one IPI or message on its way to a CPU. It is small: a broadcast makes one for every CPU.
type irq struct {
	at   Cycles // arrival
	from int32
	kind irqKind
	what any // the Call, or the message
}

type irqKind uint8

const (
	irqPost    irqKind = iota // run call, nobody waits
	irqStop                   // join a rendezvous
	irqCall                   // run call, the initiator waits
	irqMessage                // put msg into the mailbox
)

// Call is work that an IPI carries. Its methods return the cycles they take; they must not call a method of c that
// charges or waits.
type Call interface {
	// Initiate runs on the initiator, while all targets of a rendezvous stand still.
	Initiate(c *CPU) Cycles
	// Serve runs on a target, in its IPI handler.
	Serve(c *CPU) Cycles
}

// deliver puts an IPI into c's inbox, which is kept by (arrival, sender).
func (c *CPU) deliver(q irq) {
	c.inbox = append(c.inbox, q)
	i := len(c.inbox) - 1
	if i > 0 && c.sys.explored == nil { // there the Scheduler decides what arrives first: by when it lets CPUs send
		i = c.sortLast()
	}
	if i == 0 {
		c.irqAt = q.at
	}
	if q.kind == irqMessage && c.wants && (!c.granted || q.at < c.wakeAt) {
		c.sys.ready(c, q.at)
	}
}

// sortLast moves the last entry of the inbox to its place and returns it.
func (c *CPU) sortLast() int {
	i := len(c.inbox) - 1
	q := c.inbox[i]
	for i > 0 && (q.at < c.inbox[i-1].at || q.at == c.inbox[i-1].at && q.from < c.inbox[i-1].from) {
		c.inbox[i] = c.inbox[i-1]
		i--
	}
	c.inbox[i] = q
	return i
}

// drain serves, in order, the IPIs that have arrived at c by the moment upto; c takes IPIs. A CPU that drains its own
// inbox may be ahead of the others: once it stands stopped it cannot know when it will be released, and leaves what
// arrives after the moment it stopped to those who act at that time.
func (c *CPU) drain(upto Cycles) {
	n := 0
	for n < len(c.inbox) && c.inbox[n].at <= upto {
		if c.sys.cur == c && c.stops > 0 && !c.rv.active && c.inbox[n].at > c.stopped {
			break
		}
		c.serve(&c.inbox[n])
		n++
	}
	if n == 0 {
		return
	}
	c.irqAt = Forever
	if n == len(c.inbox) {
		c.inbox = c.inbox[:0]
		return
	}
	c.inbox = c.inbox[:copy(c.inbox, c.inbox[n:])]
	c.irqAt = c.inbox[0].at
}

// serve handles one IPI. A CPU that works is held up by it; one that waits, idles or has finished is not.
func (c *CPU) serve(q *irq) {
	switch {
	case q.kind == irqMessage:
		c.mail = append(c.mail, q.what)
		return
	case q.kind == irqPost && c.state == finished:
		return
	}
	k := &c.sys.costs
	start := max(q.at, c.busy)
	c.busy = start + k.Handler
	if q.kind != irqStop {
		c.busy += q.what.(Call).Serve(c)
	}
	if q.kind != irqPost {
		c.busy += k.Ack
	}
	works := c.state == running && c.stops == 0
	switch {
	case q.kind == irqStop:
		if c.stops++; c.stops == 1 {
			c.stopped = c.busy
		}
		if works {
			c.stopFrom = start
		}
		if !c.rv.active {
			c.sys.set(c, never)
		}
	case works:
		c.steal(c.busy-start, q.from)
		if c.hook != nil {
			c.hook.stolen(c, c.busy-start, q)
		}
	}
	if q.kind != irqPost {
		c.sys.cpus[q.from].rv.arrive(c.busy + k.Line[c.sys.distance(c.id, q.from)])
	}
}

// steal takes n cycles from what c is doing, for an IPI of CPU from. They count as if c had begun its next step later.
// The caller tells the hook.
func (c *CPU) steal(n Cycles, from int32) {
	last := c.last
	crossed := c.now >= c.sys.mark
	c.spend(CostStolen, n)
	c.sys.caused[from] += n
	if crossed {
		c.last = last
		c.beyond += n
	}
}

// post sends kind to every CPU of on but c itself. It returns how many there are and when the last one arrives.
func (c *CPU) post(on *CPUSet, q irq) (n int, last Cycles) {
	s := c.sys
	k := &s.costs
	q.from = c.id
	at := c.now + k.IPISend
	for w, bitsLeft := range on {
		for ; bitsLeft != 0; bitsLeft &= bitsLeft - 1 {
			id := int32(w*64 + trailingZeros(bitsLeft))
			if id == c.id || int(id) >= len(s.cpus) {
				continue
			}
			n++
			at += k.IPIEach
			q.at = at + k.Deliver[s.distance(c.id, id)]
			last = max(last, q.at)
			s.cpus[id].deliver(q)
		}
	}
	return n, last
}
