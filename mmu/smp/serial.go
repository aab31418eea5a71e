package smp

import "context"

// Serial runs n operations one after another in virtual time, each on its CPU: every operation begins when the one
// before has ended, on whichever CPU that was. step returns operation i; it is called once for each, in order. CPUs
// between operations idle and serve IPIs. An operation that can never end makes a *DeadlockError; an operation's error
// ends the run. A call that was posted, and that nobody waits for, has reached all CPUs before an operation on another
// CPU begins: what hands work on is no faster than an IPI, and here the handing on takes no time. It takes the place of
// Run.
func (s *System) Serial(ctx context.Context, n int, step func(i int) (cpu int, op func(*CPU) error)) error {
	if s.live != nil {
		return s.liveSerial(ctx, n, step)
	}
	s.serial = true
	b := &token{n: n, step: step, sys: s}
	if n > 0 {
		b.cpu, b.op = step(0)
	}
	return s.Run(ctx, b.hold)
}

// token passes the right to act from CPU to CPU.
type token struct {
	sys  *System
	n, i int
	step func(int) (int, func(*CPU) error)
	cpu  int
	op   func(*CPU) error
}

// hold is the body of every CPU: act while the next operation is its own, then pass the token.
func (b *token) hold(c *CPU) error {
	for {
		for b.i < b.n && b.cpu == c.ID() {
			c.Order()
			if c.id != b.sys.poster && c.now < b.sys.posted {
				c.Idle(b.sys.posted - c.now)
			}
			if err := b.op(c); err != nil {
				return err
			}
			if b.i++; b.i < b.n {
				b.cpu, b.op = b.step(b.i)
			}
		}
		b.pass(c)
		if b.i == b.n {
			return nil
		}
		c.wait(CostIdle, WaitTurn)
	}
}

// pass wakes the CPU of the next operation, or everybody at the end.
func (b *token) pass(c *CPU) {
	for _, d := range b.sys.cpus {
		if d != c && d.state == waiting && !d.granted && (b.i == b.n || d.ID() == b.cpu) {
			b.sys.ready(d, c.now)
		}
	}
}
