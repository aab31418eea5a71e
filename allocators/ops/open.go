package ops

import (
	"context"
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// OpenResult holds what a replay by time stamps measures besides the counts: interference between CPUs. In cycles,
// over all CPUs unless noted.
type OpenResult struct {
	Late     mmu.Cycles `json:"late"`      // the largest delay of a CPU against its time stamps
	LockWait mmu.Cycles `json:"lock_wait"` // waiting for locks
	Stolen   mmu.Cycles `json:"stolen"`    // taken by interrupts from a CPU's work
	Asleep   mmu.Cycles `json:"asleep"`    // sleeping for a buffer
	Busy     mmu.Cycles `json:"busy"`      // all charges except idle time
	Skipped  int        `json:"skipped"`   // operations on a buffer whose alloc had failed
}

// ReplayOpen runs a trace with the lines of each CPU in parallel. A CPU executes its own lines in file order, none
// before the time of the "at" line above it. A line on a buffer waits for the previous line on the same buffer if
// that is another CPU's: the notification is a message, no faster than an IPI. Everything else is up to the machine:
// CPUs contend for locks and interrupt each other, and a CPU that has fallen behind its time stamps continues at
// once. An alloc that finds nothing fails and is counted, whatever its flags, unless it can sleep. Only virtual time
// has an order to replay: opt.Live and opt.After are ignored.
func ReplayOpen(
	ctx context.Context, t *Trace, spec *mmu.Spec, d *allocators.Design, tune allocators.Tuning, opt Options,
) (*Result, error) {
	opt.Live = nil
	s, err := start(t, spec, d, tune, opt)
	if err != nil {
		return nil, err
	}
	r, m := &openReplay{Session: s, t: t, left: t.CPUs, done: make([]bool, len(t.Ops))}, s.m
	r.Loose, r.out.Open = true, &r.open
	r.plan()
	if err := m.RunContext(ctx, r.body); err != nil {
		return nil, fmt.Errorf("%s: %w", t.File, err)
	}
	r.out.count(m)
	r.out.Cycles = m.Elapsed()
	r.open.LockWait, r.open.Stolen, r.open.Asleep = m.Spent(smp.CostLockWait), m.Spent(smp.CostStolen), m.Spent(smp.CostSleep)
	for k := range smp.NumCosts {
		if k := smp.Cost(k); k != smp.CostIdle {
			r.open.Busy += m.Spent(k)
		}
	}
	for _, f := range m.Findings() {
		r.out.Reports = append(r.out.Reports, fmt.Sprintf("%s: %s: %s", t.File, f.Kind, f.Text))
	}
	return r.out, nil
}

// openReplay is a trace whose CPUs proceed independently.
type openReplay struct {
	*Session
	t     *Trace
	lines [][]int     // by CPU: its operations
	after map[int]int // the operation on another CPU that an operation waits for
	tell  map[int]int // the CPU that waits for an operation
	done  []bool      // as known to the CPU that waits for it
	left  int         // CPUs whose lines are not all done
	open  OpenResult
}

// over is the message that all lines are done.
type over struct{}

// plan finds the lines that wait for lines of other CPUs.
func (r *openReplay) plan() {
	r.lines = make([][]int, r.t.CPUs)
	r.after, r.tell = make(map[int]int), make(map[int]int)
	last := make(map[string]int) // by name: the previous operation
	for i := range r.t.Ops {
		op := &r.t.Ops[i]
		r.lines[op.CPU] = append(r.lines[op.CPU], i)
		if op.Name == "" || op.Verb == Sysctl {
			continue
		}
		if before, ok := last[op.Name]; ok && r.t.Ops[before].CPU != op.CPU {
			r.after[i], r.tell[before] = before, op.CPU
		}
		last[op.Name] = i
	}
}

// body executes the lines of one CPU and then serves the interrupts of the others until all are done.
func (r *openReplay) body(c *mmu.CPU) error {
	hz := r.m.Spec().ClockHz
	for _, i := range r.lines[c.ID()] {
		op := &r.t.Ops[i]
		if err := r.step(c, i, op, hz); err != nil {
			return fmt.Errorf("line %d: %w", op.Line, err)
		}
	}
	if r.left--; r.left == 0 {
		for id := range r.t.CPUs {
			if id != c.ID() {
				c.Send(id, over{})
			}
		}
		return nil
	}
	for {
		if msg, ok := c.RecvUntil(smp.Forever); ok && msg == (over{}) {
			return nil
		}
	}
}

// step waits until a line is possible, and executes it.
func (r *openReplay) step(c *mmu.CPU, i int, op *Op, hz float64) error {
	if op.Verb == At {
		at := mmu.Cycles(float64(op.Work) * hz / 1e9)
		if now := c.Now(); now < at {
			c.Idle(at - now)
		} else {
			r.open.Late = max(r.open.Late, now-at)
		}
		return nil
	}
	if before, ok := r.after[i]; ok {
		for !r.done[before] {
			msg, ok := c.RecvUntil(smp.Forever)
			if n, isOp := msg.(int); ok && isOp {
				r.done[n] = true
			}
		}
	}
	err := r.do(c, op)
	if to, ok := r.tell[i]; ok && err == nil {
		c.Send(to, i)
	}
	return err
}

// do executes the line, unless its buffer is missing.
func (r *openReplay) do(c *mmu.CPU, op *Op) error {
	if op.Name != "" && op.Verb != Alloc && op.Verb != Sysctl && r.Live(op.Name) == nil {
		r.open.Skipped++
		return nil
	}
	return r.Do(c, op)
}
