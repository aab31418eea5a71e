package genbuf

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

const (
	perLine = 16 // counters of 4 bytes in a cache line of 64
	// collectAfter is the number of misses without an idle mapping that pays for reading one line of a stray CPU.
	collectAfter = 16
)

// tally is how often one CPU has freed the mappings of another one's table, by place. Only that CPU adds, and only the home
// CPU reads and remembers in known what it has seen. Both wrap (G5).
type tally []part

// part is the counters of one cache line.
type part struct {
	n     [perLine]smp.Count
	line  smp.Line // of n
	known [perLine]uint32
}

// freeAway frees a mapping that another CPU's table retains. The home CPU finds out when it looks for an idle one.
func (a *allocator) freeAway(c *mmu.CPU, p *percpu, s *slot) {
	home := &a.cpus[s.home]
	first := p.freed[s.home] == nil
	if first {
		c.Charge(smp.CostAlloc, c.Costs().Magazine) // kmalloc
		p.freed[s.home] = make(tally, (len(home.sets)*ways+perLine-1)/perLine)
	}
	f := &p.freed[s.home][s.place/perLine]
	c.Order()
	f.n[s.place%perLine].AtomicAdd(1) // the last access to s
	c.Touch(&f.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	if first { // publishes the tally too
		c.Order()
		home.strays.AtomicAdd(c.ID())
		c.Atomic(&home.line)
	}
}

// idle reports whether s is unused, as far as the home CPU p knows. It reads the counters of frees elsewhere only after
// enough misses to be worth the cache lines.
func (a *allocator) idle(c *mmu.CPU, p *percpu, s *slot) bool {
	if s.refs == 0 {
		return true
	}
	c.Order()
	on := p.strays.AtomicLoad()
	c.Touch(&p.line, false)
	if p.denied++; p.denied <= collectAfter*on.Count() {
		return false
	}
	p.denied = 0
	a.collect(c, p, &on, s.place/perLine)
	return s.refs == 0
}

// collect takes note of the frees elsewhere of the mappings in one line's places of the table of this CPU.
func (a *allocator) collect(c *mmu.CPU, p *percpu, on *mmu.CPUSet, line int32) {
	for id := on.Next(0); id >= 0; id = on.Next(id + 1) {
		f := &a.cpus[id].freed[c.ID()][line]
		c.Order()
		p.fold(f, line)
		c.Touch(&f.line, false)
	}
}

// foldAll is collect for the whole table of CPU home, while all CPUs are stopped.
func (a *allocator) foldAll(home int) {
	p := &a.cpus[home]
	on := p.strays.AtomicLoad()
	for id := on.Next(0); id >= 0; id = on.Next(id + 1) {
		freed := a.cpus[id].freed[home]
		for i := range freed {
			p.fold(&freed[i], int32(i))
		}
	}
}

// fold takes from the references of the table's mappings what one CPU has freed since the last time.
func (t *table) fold(f *part, line int32) {
	for i := range f.n {
		n := f.n[i].AtomicLoad()
		k := n - f.known[i]
		if k == 0 {
			continue
		}
		f.known[i] = n
		at := int(line)*perLine + i
		s := t.sets[at/ways][at%ways].s
		if s == nil || s.refs < int32(k) {
			panic("genbuf: freed twice")
		}
		s.refs -= int32(k)
	}
}
