package genbuf

import (
	"fmt"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// apply works out the limits from the tunables. Of a CPU's share of the KVA a quarter is spare, up to three eighths where that
// would be less than 128 pages. With expose each CPU has an equal part: at most half of it for mappings that are idle, the
// rest for slots that are cleared and not flushed (G7).
func (a *allocator) apply() {
	spare := max(1, min(a.spareKnob, max(a.share/4, min(a.share*3/8, 128))))
	a.limits = limits{
		retain: min(a.retainKnob, max(0, a.share-spare)),
		want:   spare * 3 / 4, most: spare*5/4 + 1,
		batch: min(batchSize, max(8, spare/4)),
		loose: -1,
	}
	a.fresh = a.batch
	if a.exposeKnob > 0 {
		each := a.exposeKnob / len(a.cpus)
		a.retain = min(a.retain, each/2)
		loose := each - a.retain
		a.batch = max(1, min(a.batch, loose/2))
		a.loose = max(0, loose-a.batch)
	}
}

// Sysctl changes retain, spare, expose, expose_time and skew while all other CPUs are stopped. Idle mappings beyond the new limit are
// unmapped before it returns, those in use when they are idle and a miss meets them. c must hold no lock and be in no critical
// section.
func (a *allocator) Sysctl(c *mmu.CPU, name string, value int64) error {
	r := &resize{a: a, instr: c.Costs().Instr}
	switch name {
	case a.knobs.retain.Name:
		r.set = func() { a.retainKnob = int(value) }
	case a.knobs.spare.Name:
		r.set = func() { a.spareKnob = int(value) }
	case a.knobs.expose.Name:
		r.set = func() { a.exposeKnob = int(value) }
	case a.knobs.exposeTime.Name:
		r.set = func() { a.sweeps.Period = mmu.Cycles(value) }
	case a.knobs.skew.Name:
		r.set = func() { a.skew = mmu.Cycles(value) }
	default:
		return fmt.Errorf("%s cannot be changed while it runs", name)
	}
	a.stopOthers(c, r)
	p := &a.cpus[c.ID()]
	c.CritEnter()
	for _, s := range r.gone {
		a.drop(c, p, s)
	}
	c.CritExit()
	a.settle(c, p)
	return nil
}

// resize runs while all other CPUs are stopped, none of them in a critical section (G6).
type resize struct {
	a     *allocator
	instr mmu.Cycles
	set   func()
	gone  []*slot // still mapped
}

// Initiate implements smp.Call. It costs Instr for each CPU and each mapping that goes.
func (r *resize) Initiate(*smp.CPU) (n mmu.Cycles) {
	a := r.a
	r.set()
	a.apply()
	for cpu := range a.cpus {
		n++
		p := &a.cpus[cpu]
		if p.retained <= a.retain {
			continue
		}
		a.foldAll(cpu)
		for i := range p.sets {
			for j := range p.sets[i] {
				if w := &p.sets[i][j]; w.s != nil && w.s.refs == 0 && p.retained > a.retain {
					r.gone = append(r.gone, p.takeOut(w))
					n++
				}
			}
		}
	}
	return n * r.instr
}

// Serve implements smp.Call: the other CPUs have nothing to do.
func (r *resize) Serve(*smp.CPU) mmu.Cycles { return 0 }
