package genbuf

import "lwbench/mmu"

// settle keeps the bound of expose: a CPU that has cleared its part of the pages since the last flush of all CPUs has all of
// them flush, and waits. A kernel does that in a thread where its caller must not wait.
func (a *allocator) settle(c *mmu.CPU, p *percpu) {
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
