package genbuf

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// settle keeps the bound of expose: a CPU that has cleared its part of the pages since the last flush of all CPUs has all of
// them flush, and waits. A kernel does that in a thread where its caller must not wait.
func (a *allocator) settle(c *mmu.CPU, p *percpu) {
	a.expire(c, p)
	if !p.due {
		return
	}
	c.Lock(&a.flushLock)
	c.CritEnter()
	if len(p.dirty) > 0 {
		a.seal(c, p)
	}
	covers := p.loose
	c.CritExit()
	now := a.clock(c) // G2
	c.FlushRange(0, mmu.KVA(a.window))
	a.floor.Store(&c.CPU, int64(now))
	c.Unlock(&a.flushLock)
	c.CritEnter()
	p.loose -= covers
	p.due = a.loose >= 0 && p.loose > a.loose
	c.CritExit()
}

// expire keeps the bound of expose_time (G8): when the last sweep began that long ago, the CPU that finds it unmaps all that no CPU
// uses, and settle then flushes all CPUs. A kernel does both in a callout, which does not depend on the next alloc or free.
func (a *allocator) expire(c *mmu.CPU, p *percpu) {
	if !a.sweeps.Begin(c) {
		return
	}
	r := &sweep{a: a, instr: c.Costs().Instr}
	a.stopOthers(c, r)
	c.CritEnter()
	for _, s := range r.idle {
		a.drop(c, p, s)
	}
	p.due = true
	c.CritExit()
	a.sweeps.End(c)
}

// sweep takes all idle mappings of all tables while all other CPUs are stopped, none of them in a critical section (G6).
type sweep struct {
	a     *allocator
	instr mmu.Cycles
	idle  []*slot // still mapped
}

// Initiate implements smp.Call. It costs Instr for each CPU and each retained mapping.
func (r *sweep) Initiate(*smp.CPU) (n mmu.Cycles) {
	for cpu := range r.a.cpus {
		p := &r.a.cpus[cpu]
		n += mmu.Cycles(1 + p.retained)
		if p.retained > 0 {
			r.a.foldAll(cpu)
			r.takeIdle(&p.table)
		}
	}
	return n * r.instr
}

// takeIdle takes the idle mappings of one table. It looks no further than the last mapping.
func (r *sweep) takeIdle(t *table) {
	left := t.retained
	for i := 0; i < len(t.sets) && left > 0; i++ {
		for j := range t.sets[i] {
			w := &t.sets[i][j]
			if w.s == nil {
				continue
			}
			if left--; w.s.refs == 0 {
				r.idle = append(r.idle, t.takeOut(w))
			}
		}
	}
}

// Serve implements smp.Call: the other CPUs have nothing to do.
func (r *sweep) Serve(*smp.CPU) mmu.Cycles { return 0 }
