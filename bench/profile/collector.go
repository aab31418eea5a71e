package profile

import (
	"slices"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Collector is the smp.Profiler that makes a profile of one run.
type Collector struct {
	machine *mmu.Machine
	table   []uint16    // open-addressed hash table of stack numbers; 0 is empty
	stacks  [][]uintptr // by number; 0 collects the stacks seen after the table was full
	sites   [][slots]int32
	n       []site
	cpus    []cpuCounts
	locks   map[uint16]string // by stack: the lock that is waited for there
}

// site is a stack with a kind of cost: one sample for each CPU.
type site struct {
	stack uint16
	slot  uint8
}

// The slots of a stack: the kinds of cost, and two that split or repeat one.
const (
	slotSibling = smp.NumCosts + iota // stolen, by the distance of the victim
	slotSocket
	slotRemote
	slotDelay // cycles that others waited for a lock because of the stack
	slots
)

// counts are the values of one sample.
type counts struct {
	cycles, delay, shootdowns, ipis, misses int64
}

type cpuCounts struct {
	counting bool
	seen     mmu.Counters // at the last look
	at       []counts     // by site
}

// NewCollector returns a collector for a machine with the given number of CPUs. A CPU counts nothing before Begin.
func NewCollector(cpus int) *Collector {
	return &Collector{table: make([]uint16, 256), stacks: make([][]uintptr, 1), sites: make([][slots]int32, 1), locks: make(map[uint16]string), cpus: make([]cpuCounts, cpus)}
}

// Watch sets the machine whose counters the collector reads. It must be called before the run.
func (p *Collector) Watch(m *mmu.Machine) { p.machine = m }

// Begin starts counting on a CPU and discards its earlier counts.
func (p *Collector) Begin(cpu int) {
	c := &p.cpus[cpu]
	c.counting, c.seen = true, p.machine.CPU(cpu).N
	clear(c.at)
}

// End ends the counting on all CPUs.
func (p *Collector) End() {
	for i := range p.cpus {
		p.cpus[i].counting = false
	}
}

// Stack implements smp.Profiler.
func (p *Collector) Stack(pcs []uintptr) uint16 {
	mask := uint64(len(p.table) - 1)
	i := hash(pcs) & mask
	for ; p.table[i] != 0; i = (i + 1) & mask {
		if n := p.table[i]; slices.Equal(p.stacks[n], pcs) {
			return n
		}
	}
	return p.add(i, pcs)
}

// hash is where the search for a stack in the table begins, before the table's mask.
func hash(pcs []uintptr) uint64 {
	h := uint64(len(pcs))
	for _, pc := range pcs {
		h = (h ^ uint64(pc)) * 0x9e3779b97f4a7c15
	}
	return h >> 40
}

// add stores a new stack at index i of the table.
func (p *Collector) add(i uint64, pcs []uintptr) uint16 {
	n := len(p.stacks)
	if n > 0xffff {
		return 0
	}
	p.stacks = append(p.stacks, slices.Clone(pcs))
	p.sites = append(p.sites, [slots]int32{})
	if p.table[i] = uint16(n); 2*n > len(p.table) {
		p.grow()
	}
	return uint16(n)
}

func (p *Collector) grow() {
	p.table = make([]uint16, 2*len(p.table))
	mask := uint64(len(p.table) - 1)
	for n, pcs := range p.stacks[1:] {
		i := hash(pcs) & mask
		for p.table[i] != 0 {
			i = (i + 1) & mask
		}
		p.table[i] = uint16(n + 1)
	}
}

// Charged implements smp.Profiler.
func (p *Collector) Charged(cpu int, what smp.Cost, n smp.Cycles, by int, at uint16) {
	c := &p.cpus[cpu]
	if !c.counting {
		return
	}
	if what == smp.CostStolen {
		far := p.machine.Distance(by, cpu)
		p.counts(by, at, slotSibling+int(far-smp.Sibling)).cycles += int64(n)
		return
	}
	now := &p.machine.CPU(cpu).N
	if n == 0 && now.Shootdowns == c.seen.Shootdowns && now.TLBMisses == c.seen.TLBMisses || what == smp.CostIdle {
		return
	}
	switch { // counted here, charged elsewhere
	case n == 0 && now.TLBMisses == c.seen.TLBMisses:
		what = smp.CostShootdown
	case n == 0:
		what = smp.CostTLB
	}
	k := p.counts(cpu, at, int(what))
	k.cycles += int64(n)
	k.shootdowns += now.Shootdowns - c.seen.Shootdowns
	k.ipis += now.IPIs - c.seen.IPIs
	k.misses += now.TLBMisses - c.seen.TLBMisses
	c.seen.Shootdowns, c.seen.IPIs, c.seen.TLBMisses = now.Shootdowns, now.IPIs, now.TLBMisses
}

// Delayed implements smp.Profiler.
func (p *Collector) Delayed(cpu int, n smp.Cycles, by int, at uint16) {
	if p.cpus[cpu].counting {
		p.counts(by, at, slotDelay).delay += int64(n)
	}
}

// Waits implements smp.Profiler.
func (p *Collector) Waits(at uint16, lock string) { p.locks[at] = lock }

// counts returns the counters of a stack, a slot and a CPU.
func (p *Collector) counts(cpu int, at uint16, slot int) *counts {
	id := p.sites[at][slot]
	if id == 0 {
		p.n = append(p.n, site{at, uint8(slot)})
		id = int32(len(p.n))
		p.sites[at][slot] = id
	}
	c := &p.cpus[cpu]
	if int(id) > len(c.at) {
		c.at = append(c.at, make([]counts, int(id)-len(c.at))...)
	}
	return &c.at[id-1]
}
