package smp

// Send passes msg to the thread on CPU to. It arrives there after the IPI delivery latency (DragonFly sends messages
// between CPUs by IPI) and costs that CPU nothing until it is received. To the CPU itself it arrives at once. It is no
// ordered point. Messages arrive in the order of (arrival, sender).
//
// The IPI queue from one CPU to another holds 16 (MAXCPUFIFO). A sender that finds more than 8 messages whose IPI the
// target has not taken waits until 4 are left (CostMessage), also in a critical section, and serves IPIs itself meanwhile
// (lwkt_send_ipiq). What has been taken waits in the mailbox, which has no bound; nor has anything on real threads.
func (c *CPU) Send(to int, msg any) { c.SendBy(to, CPUSync, msg) }

// SendBy is Send by a method of which only Masked counts: whether the sender waits for room with interrupts disabled.
func (c *CPU) SendBy(to int, by Method, msg any) {
	c.Point()
	k := &c.sys.costs
	if to == int(c.id) {
		c.mail = append(c.mail, msg)
		if c.sys.explored.traced() {
			c.sent = append(c.sent, c.Publish())
			c.Touches(objMail|Object(c.id), true)
		}
	} else if c.live != nil {
		c.liveMessage(to, msg)
		return
	} else {
		q := c.queueTo(int32(to))
		c.makeRoom(int32(to), by)
		at := c.now + k.Send + c.sys.delivery(c.id, int32(to))
		q.when[q.posted%queueLen] = at
		q.posted++
		c.sys.cpus[to].deliver(irq{at: at, from: c.id, kind: irqMessage, what: c.sys.letters.put(msg)})
	}
	c.Charge(CostMessage, k.Send)
}

// letters keeps the messages that are on their way.
type letters struct {
	list []any
	free []int32
}

// put keeps msg and returns where.
func (l *letters) put(msg any) int32 {
	if n := len(l.free); n > 0 {
		at := l.free[n-1]
		l.free, l.list[at] = l.free[:n-1], msg
		return at
	}
	l.list = append(l.list, msg)
	return int32(len(l.list) - 1)
}

// take returns the message that is kept at a place, and no longer keeps it.
func (l *letters) take(at int32) any {
	msg := l.list[at]
	l.list[at] = nil
	l.free = append(l.free, at)
	return msg
}

// Recv takes the next message that has arrived; ok is false when there is none. It never waits.
func (c *CPU) Recv() (msg any, ok bool) {
	c.Point()
	c.Touches(objMail|Object(c.id), true)
	if c.mailQ == len(c.mail) && !c.liveMail() {
		return nil, false
	}
	if len(c.sent) > 0 {
		c.Follow(c.sent[0])
		c.sent = c.sent[1:]
	}
	msg = c.mail[c.mailQ]
	c.mail[c.mailQ] = nil
	if c.mailQ++; 2*c.mailQ >= len(c.mail) { // a mailbox that is never empty must not grow without bound
		n := copy(c.mail, c.mail[c.mailQ:])
		clear(c.mail[n:])
		c.mail, c.mailQ = c.mail[:n], 0
	}
	c.Charge(CostMessage, c.sys.costs.Receive)
	return msg, true
}

// RecvUntil takes the next message, waiting for one until the clock shows t (CostIdle); ok is false when none has come
// by then. With Forever there is no time limit. IPIs are served during the wait. It must not be called in a critical
// section.
func (c *CPU) RecvUntil(t Cycles) (msg any, ok bool) {
	if msg, ok = c.Recv(); ok || t <= c.now {
		return msg, ok
	}
	if c.now >= c.horizon && c.yield() { // what arrives before the wait begins meets a CPU at work
		c.liveRecv(t)
		return c.Recv()
	}
	if msg, ok = c.Recv(); ok || t <= c.now {
		return msg, ok
	}
	c.beginWait(CostIdle, WaitMessage)
	c.wants = true
	c.Touches(objInbox|Object(c.id), false)
	first := Forever
	for i := range c.inbox {
		if c.inbox[i].kind == irqMessage {
			first = c.inbox[i].at
			break
		}
	}
	if at := min(t, first); at < Forever {
		c.sys.ready(c, at)
	} else {
		c.sys.tree.set(c.id, never)
	}
	c.park()
	c.wants = false
	c.Charge(CostIdle, 0)
	return c.Recv()
}

// Idle advances the clock by n idle cycles (CostIdle); IPIs are served at no cost. Messages that arrive wait.
func (c *CPU) Idle(n Cycles) {
	if c.now >= c.horizon && c.yield() { // what arrives before the wait begins meets a CPU at work
		c.liveRest(n)
		return
	}
	c.waitUntil(CostIdle, c.now+n, WaitTime)
	c.Charge(CostIdle, 0)
}
