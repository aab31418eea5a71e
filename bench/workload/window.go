package workload

import (
	"errors"
	"fmt"

	"lwbench/bench/steady"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// snapshot holds a CPU's counters at one moment.
type snapshot struct {
	spent    [smp.NumCosts]mmu.Cycles
	counters mmu.Counters
	n        tally
	own      own // on real threads
}

// snapshot copies the current counters; spent are the cycles that the CPU has spent.
func (e *Env) snapshot(spent [smp.NumCosts]mmu.Cycles) snapshot {
	return snapshot{spent, e.cpu.N, e.n, e.snapshotOwn()}
}

// spent returns the cycles that the CPU has spent so far.
func (e *Env) spent() (all [smp.NumCosts]mmu.Cycles) {
	for k := range all {
		all[k] = e.cpu.Spent(smp.Cost(k))
	}
	return all
}

// ErrLivelock is the error of a run in which the CPUs are busy and no operation ends.
var ErrLivelock = errors.New("livelock: the CPUs are busy and no operation ends")

// window reports a run to a steady.Watch at the moments that it asks for, and takes a snapshot of every CPU at the
// start and the end of the counting window. Under the virtual clock only.
type window struct {
	m        *mmu.Machine
	envs     []*Env
	watch    steady.Watch
	counting func(cpu int) // at the start of the window; may be called again
	counted  func()        // at its end

	from, to  steady.Point // the ends of the window
	ended     bool
	lastOps   int64 // at the last look after which an operation ended
	decisions int64 // at that look
	err       error
}

func newWindow(cell *Cell, envs []*Env, opt *RunOptions) *window {
	w := &window{m: cell.Machine, envs: envs, watch: cell.Watch, counting: opt.Counting, counted: opt.Counted}
	w.m.At(w.watch.First(), func() { w.look(w.watch.First()) })
	return w
}

// look runs at moment t of virtual time.
func (w *window) look(t mmu.Cycles) {
	p := w.point(t)
	if w.stuck(&p) {
		w.err = fmt.Errorf("%w: none in the last %d cycles", ErrLivelock, t/2)
		w.m.Stop()
		return
	}
	step := w.watch.Look(p)
	switch {
	case step.End:
		w.end(p)
		w.m.Stop()
		return
	case step.Begin:
		w.begin(p)
	}
	w.m.At(step.Next, func() { w.look(step.Next) })
}

// point sums the machine's counters at moment t.
func (w *window) point(t mmu.Cycles) steady.Point {
	p := steady.Point{At: t, KVA: int64(w.m.KVAHigh()), Mapped: w.m.KVAMapped()}
	for i, e := range w.envs {
		p.Ops += e.n.frees
		spent := w.m.Account(i)
		p.Busy += t - spent[smp.CostIdle]
		if e.computes() {
			p.Busy -= spent[smp.CostWork]
		}
		for k, n := range [...]int64{e.cpu.N.PTEWrites, e.cpu.N.Invlpg, e.cpu.N.TLBMisses} {
			p.Fills[k] += n
		}
	}
	return p
}

// stuck reports whether the host has done much work since an operation ended. A single CPU makes one scheduling
// decision in 2^24 cycles, one of several makes one at nearly every step.
func (w *window) stuck(p *steady.Point) bool {
	now := w.m.Decisions()
	if p.Ops != w.lastOps {
		w.lastOps, w.decisions = p.Ops, now
	}
	return now-w.decisions > 1<<12+int64(len(w.envs)-1)<<22
}

func (w *window) begin(p steady.Point) {
	w.from = p
	w.envs[0].pool.inUse.restart(p.At)
	for i, e := range w.envs {
		e.hist, e.stall = Histogram{}, 0
		if p.At > 0 {
			e.before = e.snapshot(w.m.Account(i))
		}
		if w.counting != nil {
			w.counting(i)
		}
	}
}

func (w *window) end(p steady.Point) {
	w.to, w.ended = p, true
	w.envs[0].pool.inUse.settle(p.At)
	for i, e := range w.envs {
		e.after = e.snapshot(w.m.Account(i))
	}
	if w.counted != nil {
		w.counted()
	}
}

// outcome stores the figures of the window in out.
func (w *window) outcome(out *Outcome) {
	out.From, out.Before = w.from.At, w.from.Ops
	out.Elapsed = w.to.At - w.from.At
	out.Verdict = w.watch.Verdict()
	for _, e := range w.envs {
		if e.starved(out.Elapsed) {
			out.Starved++
		}
	}
}

// starved reports whether the CPU ended operations before the window and none in it, or wanted a mapping before the window and got none:
// it slept in its alloc all the time, or every alloc failed. A CPU that the workload leaves idle wants none, and one that waits for
// a lock gets its turn: the window is short.
func (e *Env) starved(window mmu.Cycles) bool {
	before, after := &e.before, &e.after
	waits := before.n.asked > before.n.allocs+before.n.failed && before.n.asked == after.n.asked
	asleep := waits && after.spent[smp.CostIdle]-before.spent[smp.CostIdle] == window
	fails := before.n.failed > 0 && after.n.failed > before.n.failed && after.n.allocs == before.n.allocs
	return after.n.frees == before.n.frees && (before.n.frees > 0 || asleep || fails)
}
