package interleave

import (
	"lwbench/allocators/ops"
	"lwbench/internal/reuse"
	"lwbench/mmu"
)

// renew makes o an execution of p that has not begun, in the memory of the one before; see smp.System.Renew. The machine and
// the session, which have their own, come later.
func (o *execution) renew(p *Plan) {
	*o = execution{
		Session: o.Session, m: o.m, left: p.CPUs, spare: o.spare, runs: o.runs,
		begun: reuse.Zeros(o.begun, len(p.Ops)), done: reuse.Zeros(o.done, len(p.Ops)), pended: reuse.Zeros(o.pended, len(p.Ops)),
		on: filled(o.on, p.CPUs, -1), ended: filled(o.ended, len(p.Ops), -1), quieted: reuse.Zeros(o.quieted, p.CPUs), held: reuse.Zeros(o.held, len(p.names)),
	}
	if o.m == nil {
		o.Session, o.m, o.runs = new(ops.Session), new(mmu.Machine), o.body
	}
	for cpu := len(o.spare); cpu < p.CPUs; cpu++ {
		o.spare = append(o.spare, newWait(o, cpu))
	}
	o.wait = o.spare[:p.CPUs]
	for _, w := range o.wait {
		*w = wait{over: w.over}
	}
}

// filled returns a list of n times v, in the memory of list if there is room.
func filled[T any](list []T, n int, v T) []T {
	list = reuse.Zeros(list, n)
	for i := range list {
		list[i] = v
	}
	return list
}

// wait is what a CPU waits for: that the operations of a unit may be done, or that a handler may run.
type wait struct {
	unit unit
	irq  *unit
	over func() bool
}

func newWait(o *execution, cpu int) *wait {
	w := new(wait)
	w.over = func() bool {
		w.irq = o.interrupt(cpu)
		return w.irq != nil || o.may(w.unit)
	}
	return w
}
