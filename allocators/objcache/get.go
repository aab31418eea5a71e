package objcache

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Get takes an object from this CPU's magazines, the depot or the constructor (objcache_get). With wait it sleeps while
// the limit is reached. It returns the constructor's error even with wait.
func (o *Cache) Get(c *mmu.CPU, wait bool) (any, error) {
	c.CritEnter()
	for {
		if obj, ok := o.pop(c); ok {
			c.CritExit()
			return obj, nil
		}
		again, err := o.getDepot(c, wait)
		if again {
			continue
		}
		c.CritExit()
		if err != nil {
			return nil, err
		}
		return o.construct(c)
	}
}

// pop takes an object from loaded, or swaps the magazines and takes one from the former previous.
func (o *Cache) pop(c *mmu.CPU) (any, bool) {
	p := &o.cpus[c.ID()]
	if p.loaded.empty() {
		if p.previous.empty() {
			return nil, false
		}
		p.loaded, p.previous = p.previous, p.loaded
	}
	c.Charge(smp.CostAlloc, c.Costs().Magazine)
	return p.loaded.pop(), true
}

// getDepot loads a full magazine (again), or reserves the construction of an object (not again, no error), or sleeps until
// an object is put (again), or fails.
func (o *Cache) getDepot(c *mmu.CPU, wait bool) (again bool, err error) {
	p, d := &o.cpus[c.ID()], &o.depot
	c.Lock(&d.lock)
	c.TouchLocked(&d.line, true)
	switch last := len(d.full) - 1; {
	case !p.loaded.empty() || !p.previous.empty(): // an interrupt, or another thread during a sleep, filled it
		again = true
	case last >= 0:
		d.empty = append(d.empty, p.previous)
		p.previous, p.loaded = p.loaded, d.full[last]
		d.full = d.full[:last]
		again = true
	case d.unallocated == unlimited:
	case d.unallocated > 0:
		d.unallocated--
	case !wait:
		err = ErrExhausted
	default:
		p.waiting++
		d.waiting++
		err = c.Sleep(&d.waitq, &d.lock, false)
		p.waiting--
		d.waiting--
		again = err == nil
	}
	c.Unlock(&d.lock)
	return again, err
}

// construct makes an object outside any lock. A failure returns the reservation and wakes the waiters.
func (o *Cache) construct(c *mmu.CPU) (any, error) {
	obj, err := o.ctor(c)
	if err == nil {
		o.cpus[c.ID()].count(1)
		return obj, nil
	}
	d := &o.depot
	c.Lock(&d.lock)
	if d.unallocated != unlimited {
		d.unallocated++
	}
	o.wakeDepot(c)
	c.Unlock(&d.lock)
	return nil, err
}

func (o *Cache) wakeDepot(c *mmu.CPU) {
	if o.depot.waiting > 0 {
		c.Wakeup(&o.depot.waitq)
	}
}
