package schedule

import (
	"fmt"

	"lwbench/mmu/smp"
)

// Reduced tries one schedule of each class of schedules that differ only in the order of independent steps
// (Mazurkiewicz traces), without a bound on preemptions: source-DPOR with sleep sets (Abdulla, Aronis, Jonsson,
// Sagonas, "Optimal dynamic partial order reduction", 2014, algorithm 1). Two steps are dependent if
//
//   - the same CPU makes them, in its thread or a handler (smp.CPUOf);
//   - one writes what the other reads or writes: the design's data, a lock, a wait queue, a page-table entry, a CPU's TLB, its
//     mailbox, whether it takes IPIs or is stopped, and the order in which IPIs and handlers wait for it;
//   - one enables the other: it sends the IPI, hands over the lock, wakes the sleeper, ends the operation that comes first.
//     That is an order, not a race.
//
// A step of which an IPI or handler could not have come right before is no race: the end of a critical section. What it races with is
// then the step before which it could have come, the beginning of the section, although the end comes between the two.
//
// Locks are queued for in the order of arrival, so that taking one is always possible. A run must not depend on
// clocks; a run that reads them is not suitable for this search (Clocked), unless it only asks whether a far moment has come
// (smp.CPU.Before). Invariants over several CPUs are not
// checked between steps: only the findings of the steps themselves, and how runs end.
//
// The design must report its accesses (smp.Statements).
type Reduced struct {
	run
	stack   []*state
	spare   []*state
	feet    []*footprint // spare
	depth   int          // steps of the current run
	closed  int          // number of them that close has processed
	given   int          // number of them that repeat the previous run
	began   bool
	blocked bool // the current run is equivalent to an earlier one
	clocked bool
	takes   [2]uint32          // CPUs that take IPIs, and handlers
	last    [maxProcs]int32    // by proc: index + 1 of its last step
	grants  [maxActors][]int32 // by CPU: steps since its thread's last one that enabled it
}

// proc takes steps: a CPU's thread, its IPIs, or its handlers.
type proc int8

const (
	maxActors = 8 // CPUs
	maxProcs  = 3 * maxActors
)

func procOf(a *smp.Actor) proc { return proc(int(a.CPU)*3 + int(a.Kind)) }

func (p proc) cpu() int            { return int(p) / 3 }
func (p proc) kind() smp.ActorKind { return smp.ActorKind(p % 3) }

// known is a vector clock in steps: index + 1 of the last preceding step of each proc.
type known [maxProcs]int32

func (k *known) join(o *known) {
	for i := range k {
		k[i] = max(k[i], o[i])
	}
}

// asleep is a step that need not be tried before a step that it depends on has run.
type asleep struct {
	p    proc
	foot *footprint
}

// state is a point of a run: the enabled procs, those tried from there, and the step taken.
type state struct {
	enabled, todo, done uint32 // procs
	sleep, tried        []asleep
	cur                 proc
	foot                *footprint
	after               []int32 // steps that enabled it
	takes               [2]uint32
	clock               known // of the step, inclusive
}

// NewReduced returns a search of all schedules, up to the order of independent steps.
func NewReduced() *Reduced { return &Reduced{} }

// Begin implements Search.
func (d *Reduced) Begin() bool {
	if d.began {
		d.close()
		if !d.backtrack() {
			return false
		}
	}
	d.began = true
	d.begin()
	d.given, d.depth, d.closed, d.blocked = len(d.stack), 0, 0, false
	d.last = [maxProcs]int32{}
	for i := range d.grants {
		d.grants[i] = d.grants[i][:0]
	}
	return true
}

// Blocked reports whether the current run was stopped because it is equivalent to an earlier one.
func (d *Reduced) Blocked() bool { return d.blocked }

// Clocked reports whether some run has read a clock: then the search proves nothing.
func (d *Reduced) Clocked() bool { return d.clocked }

// Exhausted reports whether all schedules are covered. It is valid once Begin has returned false.
func (d *Reduced) Exhausted() bool { return d.began && len(d.stack) == 0 && !d.clocked }

// backtrack finds the last state with an untried step, and selects it.
func (d *Reduced) backtrack() bool {
	for n := len(d.stack) - 1; n >= 0; n-- {
		s := d.stack[n]
		if s.foot != nil {
			s.tried = append(s.tried, asleep{s.cur, s.foot})
			s.done |= 1 << s.cur
			s.foot = nil
		}
		for p := proc(0); p < maxProcs; p++ {
			if s.todo&^s.done&(1<<p) != 0 && !s.sleeps(p) {
				s.cur = p
				d.drop(n + 1)
				return true
			}
		}
	}
	d.drop(0)
	return false
}

// drop removes the states from n on. No remaining state refers to their footprints.
func (d *Reduced) drop(n int) {
	for _, s := range d.stack[n:] {
		if s.foot != nil {
			d.feet = append(d.feet, s.foot)
		}
		for _, z := range s.tried {
			d.feet = append(d.feet, z.foot)
		}
	}
	d.spare = append(d.spare, d.stack[n:]...)
	d.stack = d.stack[:n]
}

func (d *Reduced) newFootprint() *footprint {
	n := len(d.feet) - 1
	if n < 0 {
		return &footprint{}
	}
	f := d.feet[n]
	d.feet = d.feet[:n]
	return f
}

// push pushes a new state.
func (d *Reduced) push() *state {
	s := &state{}
	if n := len(d.spare); n > 0 {
		s, d.spare = d.spare[n-1], d.spare[:n-1]
		*s = state{sleep: s.sleep[:0], tried: s.tried[:0], after: s.after[:0]}
	}
	d.stack = append(d.stack, s)
	return s
}

func (s *state) sleeps(p proc) bool {
	for i := range s.sleep {
		if s.sleep[i].p == p {
			return true
		}
	}
	return false
}

// Step implements smp.Tracer.
func (d *Reduced) Step() int { return d.depth - 1 }

// Touch implements smp.Tracer.
func (d *Reduced) Touch(o smp.Object, size int, write bool) {
	if d.depth > 0 {
		d.stack[d.depth-1].foot.add(o, size, write)
	}
}

// After implements smp.Tracer.
func (d *Reduced) After(step int) {
	if d.depth > 0 && step >= 0 && step < d.depth-1 {
		s := d.stack[d.depth-1]
		s.after = append(s.after, int32(step))
	}
}

// Grant implements smp.Tracer.
func (d *Reduced) Grant(cpu int) {
	if d.depth > 0 {
		d.grants[cpu] = append(d.grants[cpu], int32(d.depth-1))
	}
}

// Takes implements smp.Tracer.
func (d *Reduced) Takes(ipis, handlers uint32) { d.takes = [2]uint32{ipis, handlers} }

// admits reports whether p could take a step from s if it had one.
func (s *state) admits(p proc) bool {
	switch p.kind() {
	case smp.IPI:
		return s.takes[0]>>p.cpu()&1 != 0
	case smp.Interrupt:
		return s.takes[1]>>p.cpu()&1 != 0
	}
	return true
}

// ReadsClock implements smp.Tracer.
func (d *Reduced) ReadsClock() { d.clocked = true }

// Next implements smp.Scheduler.
func (d *Reduced) Next(ready []smp.Actor) int {
	d.close()
	n := d.depth
	var k int
	if n < d.given {
		k = d.follow(d.stack[n], ready)
	} else if k = d.choose(ready); k < 0 {
		d.blocked = true
		return -1
	}
	s := d.stack[n]
	if s.foot == nil {
		s.foot = d.newFootprint()
	}
	s.foot.reset()
	s.after, s.takes = s.after[:0], d.takes
	d.depth = n + 1
	d.enter(s)
	if len(ready) == 1 { // no choice, and not a point of a schedule
		return k
	}
	return d.take(ready, k)
}

// follow repeats the step of the previous run.
func (d *Reduced) follow(s *state, ready []smp.Actor) int {
	for i := range ready {
		if procOf(&ready[i]) == s.cur {
			return i
		}
	}
	panic(fmt.Sprintf("schedule: a run does not repeat itself at step %d", d.depth))
}

// choose selects an untried step: IPIs first, then the default. -1 means that all are asleep.
func (d *Reduced) choose(ready []smp.Actor) int {
	var enabled uint32
	for i := range ready {
		enabled |= 1 << procOf(&ready[i])
	}
	s := d.push()
	s.enabled = enabled
	if n := len(d.stack) - 1; n > 0 {
		t := d.stack[n-1]
		t.todo |= t.enabled &^ enabled &^ (1 << t.cur) // the step has disabled them: each could have come before it
		for _, list := range [2][]asleep{t.sleep, t.tried} {
			for _, z := range list {
				if z.p != t.cur && !dependent(z.foot, t.foot) {
					s.sleep = append(s.sleep, z)
				}
			}
		}
	}
	best := -1
	for i := range ready {
		if !s.sleeps(procOf(&ready[i])) && (best < 0 || ready[i].Kind == smp.IPI && ready[best].Kind != smp.IPI) {
			best = i
		}
	}
	if best < 0 {
		d.drop(len(d.stack) - 1)
		return -1
	}
	s.cur = procOf(&ready[best])
	return best
}

// enter starts the step of s: it records what the step comes after, and that thread and handlers of a CPU exclude one
// another. If a handler may start, both it and the thread are tried: a handler that no run takes in time races with
// nothing.
func (d *Reduced) enter(s *state) {
	cpu := s.cur.cpu()
	if s.cur.kind() == smp.IPI {
		return
	}
	s.foot.add(smp.CPUOf(cpu), 1, true)
	thread, handler := proc(cpu*3), proc(cpu*3+int(smp.Interrupt))
	s.after = append(s.after, d.grants[cpu]...)
	d.grants[cpu] = d.grants[cpu][:0]
	if both := uint32(1<<thread | 1<<handler); s.enabled&both == both {
		s.todo |= both
	}
}

// close processes the step that has just ended: the earlier steps that race with it, and the states to try because of
// that.
func (d *Reduced) close() {
	n := d.depth - 1
	if n < d.closed {
		return
	}
	d.closed = n + 1
	s := d.stack[n]
	p := s.cur
	prev := d.last[p]
	d.last[p] = int32(n + 1)
	if n < d.given-1 {
		return // nothing has changed before this state
	}
	var clock known
	if prev > 0 {
		clock = d.stack[prev-1].clock
	}
	for _, e := range s.after {
		clock.join(&d.stack[e].clock)
	}
	var held known
	for i := n - 1; i >= 0; i-- {
		t := d.stack[i]
		if t.cur == p || clock[t.cur] > int32(i) || !dependent(t.foot, s.foot) {
			continue
		}
		if !t.admits(p) {
			held.join(&t.clock)
			continue
		}
		d.reverse(i, n, &clock)
		clock.join(&t.clock)
	}
	clock.join(&held)
	clock[p] = int32(n + 1)
	s.clock = clock
}

// reverse makes sure that a proc is tried from state i that leads to step n before step i: one of those that can
// start the steps between the two and does not come after step i.
func (d *Reduced) reverse(i, n int, before *known) {
	t := d.stack[i]
	var first [maxProcs]int32 // by proc: index + 1 of its first such step
	var initials uint32
	for j := i + 1; j <= n; j++ {
		s := d.stack[j]
		k := &s.clock
		if j == n {
			k = before
		} else if s.clock[t.cur] > int32(i) {
			continue
		}
		if first[s.cur] > 0 {
			continue
		}
		begins := true
		for q := range first {
			if first[q] > 0 && k[q] >= first[q] {
				begins = false
				break
			}
		}
		first[s.cur] = int32(j + 1)
		if begins {
			initials |= 1 << s.cur
		}
	}
	initials &= t.enabled
	if initials == 0 || initials&(t.todo|t.done|1<<t.cur) != 0 {
		return
	}
	q := d.stack[n].cur
	if initials&(1<<q) == 0 {
		for q = 0; initials&(1<<q) == 0; {
			q++
		}
	}
	t.todo |= 1 << q
}
