package genbuf

import (
	"slices"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// patience is for how many batches a CPU that is short does not ask again where there was nothing.
const patience = 32

// spares are the slots of a CPU between two uses. All their PTEs are zero.
type spares struct {
	now   batch   // alloc takes from here
	clean []batch // the first has waited longest
	dirty []*slot // cleared since the last seal: without a generation yet
	spare int     // slots in all three
	held  int     // batches until a CPU that is short asks again
	loose int     // slots sealed since the last flush of all CPUs
	due   bool    // that are too many: settle
}

// drop clears the PTE of a slot and makes it a spare one.
func (a *allocator) drop(c *mmu.CPU, p *percpu, s *slot) {
	touched := c.ClearPTE(s.kva)
	s.m, s.refs = nil, 0
	s.global.AtomicStore(0)
	c.Charge(smp.CostAlloc, c.Costs().Magazine)
	p.spare++
	if !touched && s.gen <= p.now.gen { // G4
		p.now.slots = append(p.now.slots, s)
	} else if p.dirty = append(p.dirty, s); len(p.dirty) >= a.batch {
		a.seal(c, p)
	}
	if p.spare > a.most {
		a.toDepot(c, p)
	}
}

// seal gives all dirty slots one generation (G1): they are clean for every CPU that flushes from now on.
func (a *allocator) seal(c *mmu.CPU, p *percpu) {
	b := batch{slots: p.dirty}
	b.gen = a.stamp(c)
	p.dirty = make([]*slot, 0, a.batch)
	p.clean = append(p.clean, b)
	p.loose += len(b.slots)
	p.due = a.loose >= 0 && p.loose > a.loose
}

// take pops a clean slot: nil where there is none, or where this CPU is short and should get more first, unless it must.
func (a *allocator) take(c *mmu.CPU, p *percpu, must bool) *slot {
	for len(p.now.slots) == 0 {
		if !a.nextBatch(c, p, must) {
			return nil
		}
	}
	last := len(p.now.slots) - 1
	s := p.now.slots[last]
	p.now.slots = p.now.slots[:last]
	p.spare--
	s.gen, s.home = p.now.gen, noHome
	c.Charge(smp.CostAlloc, c.Costs().Magazine)
	return s
}

// nextBatch finds a batch for take. The longer slots wait, the more of them one flush cleans.
func (a *allocator) nextBatch(c *mmu.CPU, p *percpu, must bool) bool {
	switch {
	case must:
	case p.held > 0:
		p.held--
	case p.spare < a.want:
		return a.fromDepot(c, p, p.socket)
	}
	switch {
	case len(p.clean) > 0:
		p.now = p.clean[0]
		p.clean = slices.Delete(p.clean, 0, 1)
	case len(p.dirty) > a.batch/2:
		a.seal(c, p)
	case a.fromAnyDepot(c, p):
	case len(p.dirty) > 0:
		a.seal(c, p)
	default:
		return a.reclaim(c, p)
	}
	return true
}

// toDepot gives away the batch that has waited longest.
func (a *allocator) toDepot(c *mmu.CPU, p *percpu) {
	if len(p.clean) == 0 {
		if len(p.dirty) == 0 {
			return // all are in now
		}
		a.seal(c, p)
	}
	b := p.clean[0]
	p.clean = slices.Delete(p.clean, 0, 1)
	p.spare -= len(b.slots)
	d := &a.depots[p.socket]
	c.Lock(&d.lock)
	c.TouchLocked(&d.line, true)
	d.full = append(d.full, b)
	d.count.Add(&c.CPU, 1)
	c.Unlock(&d.lock)
}

// fromAnyDepot looks at the own socket's depot first.
func (a *allocator) fromAnyDepot(c *mmu.CPU, p *percpu) bool {
	for i := range a.depots {
		if a.fromDepot(c, p, (p.socket+i)%len(a.depots)) {
			return true
		}
	}
	return false
}

// fromDepot takes the batch that has waited longest.
func (a *allocator) fromDepot(c *mmu.CPU, p *percpu, from int) bool {
	d := &a.depots[from]
	if d.count.Load(&c.CPU) == 0 {
		return false
	}
	c.Lock(&d.lock)
	c.TouchLocked(&d.line, true)
	any := len(d.full) > 0
	if any {
		p.now = d.full[0]
		d.full = slices.Delete(d.full, 0, 1)
		d.count.Add(&c.CPU, -1)
		p.spare += len(p.now.slots)
	}
	c.Unlock(&d.lock)
	return any
}
