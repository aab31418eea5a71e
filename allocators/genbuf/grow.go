package genbuf

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// refill maps pg for one use where this CPU has no slot or is short of them. It gets more from the kernel map, else takes what
// other CPUs do not use, and uses one of them before another CPU can take it. It runs outside critical sections, because the
// kernel map's lock may block. The error is the kernel map's: nothing is left anywhere.
func (a *allocator) refill(c *mmu.CPU, p *percpu, pg *mmu.Page) (*slot, error) {
	fresh, err := a.grow(c)
	c.CritEnter()
	if err != nil {
		p.held = patience
	} else {
		p.adopt(batch{gen: unused, slots: fresh})
	}
	s := a.take(c, p, true)
	if s != nil {
		s.put(c, pg)
	}
	c.CritExit()
	if s == nil {
		if s = a.scavenge(c, p, pg); s == nil {
			return nil, err
		}
	}
	return s, nil
}

// adopt adds a clean batch to the spares.
func (p *spares) adopt(b batch) {
	p.clean = append(p.clean, b)
	p.spare += len(b.slots)
}

// grow takes a batch of KVA pages from the kernel map, fewer if that has no more. No TLB holds them: who gave them back has
// flushed them on every CPU (I6), as kmem_free does.
func (a *allocator) grow(c *mmu.CPU) ([]*slot, error) {
	for n := int(min(int64(a.fresh), int64(a.limit)-a.grown.Load(&c.CPU))); n > 0; n /= 2 {
		if a.grown.Add(&c.CPU, int64(n)) <= int64(a.limit) {
			if kva, err := c.KVAAllocRange(n); err == nil {
				slots := make([]*slot, 0, n)
				for i := range n {
					slots = append(slots, &slot{a: a, kva: kva + mmu.KVA(i), home: noHome})
				}
				return slots, nil
			}
		}
		a.grown.Add(&c.CPU, -int64(n))
	}
	return nil, mmu.ErrNoKVA
}

// scavenge stops all other CPUs, takes a batch of slots that they do not use, and maps pg on one of them. It returns nil if all
// are in use.
func (a *allocator) scavenge(c *mmu.CPU, p *percpu, pg *mmu.Page) *slot {
	r := &scavenger{a: a, instr: c.Costs().Instr}
	a.stopOthers(c, r)
	c.CritEnter()
	for _, b := range r.clean {
		p.adopt(b)
	}
	p.dirty = append(p.dirty, r.dirty...)
	p.spare += len(r.dirty)
	for _, s := range r.idle {
		a.drop(c, p, s)
	}
	s := a.take(c, p, true)
	if s != nil {
		s.put(c, pg)
	}
	p.due = a.loose >= 0 && r.found > 0 // the others may clear as many again
	c.CritExit()
	return s
}

// stopOthers runs r while all other CPUs are stopped. Two rendezvous at a time would both run: an initiator that waits counts as
// stopped for the other.
func (a *allocator) stopOthers(c *mmu.CPU, r smp.Call) {
	all := c.Machine().All()
	c.Lock(&a.stopLock)
	c.CPU.Rendezvous(&all, smp.CPUSync, r)
	c.Unlock(&a.stopLock)
}

// scavenger is the work while all other CPUs are stopped, none of them in a critical section (G6).
type scavenger struct {
	a     *allocator
	instr mmu.Cycles
	found int
	clean []batch
	dirty []*slot
	idle  []*slot // still mapped
}

// Initiate implements smp.Call. It costs Instr for each CPU and each retained mapping that it looks at.
func (r *scavenger) Initiate(c *smp.CPU) (n mmu.Cycles) {
	a := r.a
	for i := 0; i < len(a.cpus) && r.found < a.batch; i++ {
		n++
		r.takeSpares(&a.cpus[(c.ID()+i)%len(a.cpus)])
	}
	for i := 0; i < len(a.depots) && r.found < a.batch; i++ {
		n++
		r.takeDepot(&a.depots[i])
	}
	for i := 0; i < len(a.cpus) && r.found < a.batch; i++ {
		n += r.takeIdle((c.ID() + i) % len(a.cpus))
	}
	return n * r.instr
}

// Serve implements smp.Call: the other CPUs have nothing to do.
func (r *scavenger) Serve(*smp.CPU) mmu.Cycles { return 0 }

func (r *scavenger) takeSpares(p *percpu) {
	for _, b := range append(p.clean, p.now) {
		if len(b.slots) > 0 {
			r.clean = append(r.clean, b)
		}
	}
	r.dirty = append(r.dirty, p.dirty...)
	r.found += p.spare
	p.now.slots, p.clean, p.dirty, p.spare = nil, nil, nil, 0
}

func (r *scavenger) takeDepot(d *depot) {
	for _, b := range d.full {
		r.clean = append(r.clean, b)
		r.found += len(b.slots)
	}
	d.full = nil
	d.count.Set(0)
}

// takeIdle takes idle mappings of one CPU's table, and returns how many it has looked at.
func (r *scavenger) takeIdle(cpu int) (n mmu.Cycles) {
	p := &r.a.cpus[cpu]
	r.a.foldAll(cpu)
	for i := range p.sets {
		for j := range p.sets[i] {
			w := &p.sets[i][j]
			if w.s == nil || r.found >= r.a.batch {
				continue
			}
			if n++; w.s.refs == 0 {
				r.idle = append(r.idle, p.takeOut(w))
				r.found++
			}
		}
	}
	return n
}
