package smp

import (
	"context"

	"lwbench/mmu/smp/host"
)

// liveToken passes the right to act from thread to thread: Serial on real threads. CPUs between operations are away, so
// that a posted call has been served when Post returns.
type liveToken struct {
	sys  *System
	turn host.Word // the CPU that acts; -1 is the end
	n, i int
	step func(int) (int, func(*CPU) error)
	op   func(*CPU) error
}

func (s *System) liveSerial(ctx context.Context, n int, step func(i int) (cpu int, op func(*CPU) error)) error {
	b := &liveToken{sys: s, n: n, step: step}
	b.next()
	for _, c := range s.cpus {
		c.live.away = true // those whose thread has not begun as well
	}
	return s.Run(ctx, b.hold)
}

// next hands the token on.
func (b *liveToken) next() {
	cpu := -1
	if b.i < b.n {
		cpu, b.op = b.step(b.i)
		b.i++
	}
	b.turn.Store(int64(cpu))
}

// hold is the body of every CPU.
func (b *liveToken) hold(c *CPU) error {
	for {
		if b.await(c); b.turn.Load() < 0 {
			return nil
		}
		if err := b.op(c); err != nil {
			return err
		}
		b.next()
		switch turn := b.turn.Load(); {
		case turn >= 0:
			b.sys.cpus[turn].live.parker.Wake()
		default:
			for _, d := range b.sys.cpus {
				d.live.parker.Wake()
			}
		}
	}
}

// await idles until it is c's turn, or the end. What was sent to c before is served then.
func (b *liveToken) await(c *CPU) {
	since := host.Nanos()
	c.liveIdle()
	c.liveWaits(waitsForTurn)
	w := host.Backoff{Yield: c.live.yield}
	for turn := b.turn.Load(); turn >= 0 && turn != int64(c.id); turn = b.turn.Load() {
		c.rest(since, 0, &w)
	}
	c.liveWaits(waitsForNobody)
	c.liveBack()
	c.livePass(CostIdle, since)
}
