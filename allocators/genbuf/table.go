package genbuf

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

const (
	ways    = 4 // of a set, which fits a cache line of 64 bytes: page number, slot number, heat
	maxHeat = 3
	nowhere = -1 // no place in the table

	// After a window of looks with less than one hit in worth, the table is left alone for leastRest allocs, twice as long
	// each time: pages that do not come back pay for the look and get nothing.
	window    = 64
	worth     = 8
	leastRest = 32
	mostRest  = 1024
)

// way is one retained mapping. heat counts its latest hits, and falls when a miss would have taken its place.
type way struct {
	pg   *mmu.Page
	s    *slot // nil is empty
	heat uint8
}

// table is the mappings that a CPU retains, by page.
type table struct {
	sets     [][ways]way
	retained int

	strays mmu.CPUSet // CPUs that have ever freed what this table retains
	line   smp.Line   // of strays
	denied int        // misses that found no idle mapping since frees elsewhere were collected

	looks, hits int // in the present window
	pass        int // allocs that are to pass without a look
	rest        int // how many passed last time
}

// look returns the slot that retains pg, with one more reference, or nil and the place that pg may take.
func (t *table) look(c *mmu.CPU, pg *mmu.Page) (*slot, int32) {
	k := c.Costs()
	if len(t.sets) == 0 {
		return nil, nowhere
	}
	if t.pass > 0 {
		t.pass--
		c.Charge(smp.CostAlloc, k.Instr)
		return nil, nowhere
	}
	i := pg.ID() % len(t.sets)
	set := &t.sets[i]
	coldest := 0
	for j := range set {
		w := &set[j]
		if w.s != nil && w.pg == pg {
			w.s.refs++
			w.heat = min(w.heat+1, maxHeat)
			t.looked(true)
			c.Charge(smp.CostAlloc, k.Hash+mmu.Cycles(j+1)*k.Compare+k.Instr)
			return w.s, nowhere
		}
		if w.rank() < set[coldest].rank() {
			coldest = j
		}
	}
	t.looked(false)
	c.Charge(smp.CostAlloc, k.Hash+ways*k.Compare+k.Instr)
	return nil, int32(i*ways + coldest)
}

// rank orders the ways of a set by who goes first: an empty one, then the coldest.
func (w *way) rank() int {
	if w.s == nil {
		return -1
	}
	return int(w.heat)
}

// looked counts a look.
func (t *table) looked(hit bool) {
	if hit {
		t.hits++
	}
	if t.looks++; t.looks < window {
		return
	}
	if t.hits*worth < window {
		t.rest = min(max(2*t.rest, leastRest), mostRest)
		t.pass = t.rest
	} else {
		t.rest = 0
	}
	t.looks, t.hits = 0, 0
}

// enter retains s in an empty place.
func (t *table) enter(at int32, pg *mmu.Page, s *slot) {
	t.sets[at/ways][at%ways] = way{pg: pg, s: s}
	t.retained++
}

// makeRoom reports whether a mapping may be retained at a place, whose present one goes if it is cold and idle.
func (a *allocator) makeRoom(c *mmu.CPU, p *percpu, at int32) bool {
	w := &p.sets[at/ways][at%ways]
	switch {
	case w.s == nil:
	case w.heat > 0:
		w.heat--
		return false
	case a.idle(c, p, w.s):
		a.evict(c, p, w)
	default:
		w.heat = 1 // in use: another one is asked next time
		return false
	}
	return p.retained < a.retain
}

// evict takes an idle mapping out of the table (G5).
func (a *allocator) evict(c *mmu.CPU, p *percpu, w *way) { a.drop(c, p, p.takeOut(w)) }

// takeOut empties a way and returns its slot, which is still mapped.
func (t *table) takeOut(w *way) *slot {
	s := w.s
	*w = way{}
	t.retained--
	s.home = noHome
	return s
}

// reclaim evicts the first idle mapping, where this CPU has no other slot.
func (a *allocator) reclaim(c *mmu.CPU, p *percpu) bool {
	c.Order()
	on, collected := p.strays.AtomicLoad(), int32(nowhere)
	c.Touch(&p.line, false)
	for i := range p.sets {
		for j := range p.sets[i] {
			w := &p.sets[i][j]
			if w.s == nil {
				continue
			}
			if line := w.s.place / perLine; w.s.refs > 0 && line != collected {
				collected = line
				a.collect(c, p, &on, line)
			}
			if w.s.refs == 0 {
				a.evict(c, p, w)
				return true
			}
		}
	}
	return false
}
