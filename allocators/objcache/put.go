package objcache

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Put returns an object to the magazines of the CPU that it runs on (objcache_put). If neither these nor the depot
// have room, it destructs this object.
func (o *Cache) Put(c *mmu.CPU, obj any) {
	c.CritEnter()
	for !o.push(c, obj) {
		if !o.putDepot(c) {
			c.CritExit()
			o.dtor(c, obj)
			o.cpus[c.ID()].count(-1)
			return
		}
	}
	c.CritExit()
}

// push puts obj into loaded, or swaps the magazines and puts it into the former previous.
func (o *Cache) push(c *mmu.CPU, obj any) bool {
	p := &o.cpus[c.ID()]
	if p.loaded.full() {
		if p.previous.full() {
			return false
		}
		p.loaded, p.previous = p.previous, p.loaded
	}
	p.loaded.rounds = append(p.loaded.rounds, obj)
	c.Charge(smp.CostAlloc, c.Costs().Magazine)
	if p.waiting > 0 {
		c.Wakeup(&o.depot.waitq)
	}
	return true
}

// putDepot exchanges a full magazine for an empty one; false means that there is no empty one and the object must be
// destructed.
func (o *Cache) putDepot(c *mmu.CPU) bool {
	p, d := &o.cpus[c.ID()], &o.depot
	c.Lock(&d.lock)
	defer c.Unlock(&d.lock)
	c.TouchLocked(&d.line, true)
	last := len(d.empty) - 1
	if last < 0 {
		if d.unallocated != unlimited {
			d.unallocated++
		}
		o.wakeDepot(c)
		return false
	}
	spare := d.empty[last]
	d.empty = d.empty[:last]
	if p.previous.empty() {
		d.empty = append(d.empty, p.previous)
	} else {
		d.full = append(d.full, p.previous)
		o.wakeDepot(c)
	}
	p.previous, p.loaded = p.loaded, spare
	return true
}

// Retained returns the number of constructed objects in the cache; for tests, outside a run.
func (o *Cache) Retained() (n int) {
	for i := range o.cpus {
		n += len(o.cpus[i].loaded.rounds) + len(o.cpus[i].previous.rounds)
	}
	for _, m := range o.depot.full {
		n += len(m.rounds)
	}
	return n
}
