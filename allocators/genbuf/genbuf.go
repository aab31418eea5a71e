package genbuf

import (
	"fmt"
	"slices"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

const (
	batchSize = 64 // slots that move and get their generation together
	noHome    = -1 // home of a slot that no table retains: it is mapped for one use, or free
	never     = -1 // when a CPU flushed that has not yet
	unused    = -2 // generation of a slot that no TLB can hold: before never
)

// slot is one page of KVA for as long as genbuf has it, and the handle of what it maps.
type slot struct {
	a      *allocator
	kva    mmu.KVA
	m      *mmu.Page  // nil is free
	gen    mmu.Cycles // G3: a CPU that began a full flush after this moment has no TLB entry of an earlier use
	home   int32      // the CPU whose table retains it, or noHome
	place  int32      // where in that table
	refs   int32      // retained: allocs less the frees that the home CPU knows of
	global smp.Count  // 1: set_global has invalidated it everywhere in this use
}

// batch is slots with one generation.
type batch struct {
	gen   mmu.Cycles
	slots []*slot
}

// percpu is what one CPU has. Other CPUs touch strays, and the rendezvous everything.
type percpu struct {
	table
	spares
	seen   mmu.Cycles // the moment before this CPU's last full flush
	freed  []tally    // by home CPU: this CPU's frees of its mappings; nil before the first
	socket int
	_      [64]byte
}

// depot evens out what flows from CPU to CPU within a socket.
type depot struct {
	lock  smp.SpinLock
	line  smp.Line
	full  []batch  // the first has waited longest
	count smp.Word // of full, to be read without the lock
	_     [64]byte
}

// limits are of one CPU. They follow from the tunables, and change while all other CPUs are stopped.
type limits struct {
	retain     int // mappings in the table
	want, most int // spares: fewer is short, more goes to the depot
	batch      int // slots that get a generation together
	fresh      int // pages that come from the kernel map together
	loose      int // slots sealed since the last flush of all CPUs; -1: any number
}

// allocator is the design on one machine.
type allocator struct {
	knobs  *knobs
	window int
	cpus   []percpu
	depots []depot // one for each socket
	limits

	retainKnob, spareKnob, exposeKnob int // the tunables' present values
	skew                              mmu.Cycles

	share int      // KVA pages for each CPU
	limit int      // and for all
	grown smp.Word // KVA pages taken so far

	counter bool     // generations are gens, and not time stamps
	gens    smp.Word // the counter

	floor     smp.Word // every CPU has begun a full flush after this moment
	flushLock smp.SpinLock
	sweeps    *allocators.Timer
	stopLock  smp.SpinLock // G6: a rendezvous does not keep another one out
}

var (
	_ allocators.Masked   = (*slot)(nil)
	_ allocators.Globaler = (*allocator)(nil)
	_ allocators.Sysctler = (*allocator)(nil)
	_ allocators.Auditor  = (*allocator)(nil)
)

func newAllocator(m *mmu.Machine, k *knobs, t allocators.Tuning, counter bool) *allocator {
	n := m.NCPU()
	a := &allocator{
		knobs: k, window: m.KVAWindow(), cpus: make([]percpu, n), counter: counter,
		flushLock: smp.SpinLock{Name: "genbuf flush", IPIs: true}, stopLock: smp.SpinLock{Name: "genbuf stop", IPIs: true},
		sweeps: allocators.NewTimer("genbuf sweep", t.Get(k.exposeTime)),
	}
	a.retainKnob, a.spareKnob, a.exposeKnob = int(t.Get(k.retain)), int(t.Get(k.spare)), int(t.Get(k.expose))
	a.skew = mmu.Cycles(t.Get(k.skew))
	if a.limit = min(int(t.Get(k.kva)), a.window); a.limit == 0 {
		a.limit = a.window
	}
	a.share = a.limit / n
	a.gens.Set(1)
	a.floor.Set(never)
	a.apply()
	var first []int // CPU of each socket
	for i := range a.cpus {
		p := &a.cpus[i]
		s := slices.IndexFunc(first, func(cpu int) bool { return m.Distance(i, cpu) != smp.Remote })
		if s < 0 {
			s = len(first)
			first = append(first, i)
		}
		p.socket, p.seen = s, never
		p.sets = make([][ways]way, (a.retain+ways-1)/ways)
		p.freed = make([]tally, n)
	}
	a.depots = make([]depot, len(first))
	for i := range a.depots {
		a.depots[i].lock.Name = fmt.Sprintf("genbuf depot %d", i)
	}
	return a
}
