package workload

import (
	"math/rand/v2"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Env is one CPU's side of a running cell, for use by a Body. Only the code on that CPU may use it.
type Env struct {
	cpu  *mmu.CPU
	cell *Cell
	rand *rand.Rand
	rec  Recorder

	i, ops   int           // operations started, and to do, including warm-up
	counting bool          // the warm-up is over, or a window decides what counts
	told     func(cpu int) // called then, or nil
	n        tally
	refused  int      // consecutive failed allocs
	before   snapshot // at the start of counting
	after    snapshot // at its end
	hist     Histogram
	stall    mmu.Cycles // the longest of a CPU that only computes
	pool     *handlePool
	gaps     gaps
	private  bool        // the design is CPUPrivate
	held     []*Handle   // if private: live on this CPU, in order of allocation
	list     []*mmu.Page // see pages
	aliases  bool        // the workload drops aliases
	freed    []freed     // see UnmapAliases
	clock    clock
	live     *liveEnv // on real threads
}

// endless is the number of operations if a window ends the run.
const endless = 1 << 50

// tally counts a CPU's own calls.
type tally struct{ asked, allocs, frees, failed, reuses int64 } // asked counts calls of alloc, also one that waits

// Recorder receives every operation, in an order that is a valid sequential execution.
type Recorder interface {
	// Op records verb (alloc, load, store, free) for the handle with that name; page and flags apply to alloc only.
	Op(cpu int, verb string, name, page int, flags allocators.Flags)
}

func newEnv(c *mmu.CPU, cell *Cell, rec Recorder, pool *handlePool) *Env {
	e := &Env{
		cpu: c, cell: cell, rec: rec, pool: pool, counting: cell.Warmup == 0,
		ops:  cell.Warmup + cell.Ops,
		rand: rand.New(rand.NewPCG(cell.Seed, uint64(c.ID())*0x9e3779b97f4a7c15+1)),
		gaps: newGaps(cell, c.ID()),
	}
	if cell.Watch != nil {
		e.counting, e.ops = true, endless
	}
	e.private = cell.Design != nil && cell.Design.CPUPrivate
	if cell.Machine.Live() {
		e.live, e.pool = &liveEnv{turn: windowFirst}, &handlePool{most: livePool}
	}
	return e
}

// Next reports whether the CPU has another operation to start, like testing.B.Loop.
func (e *Env) Next() bool {
	if e.i == e.cell.Warmup && !e.counting {
		e.startCounting()
	}
	if e.i >= e.ops {
		return false
	}
	e.i++
	return true
}

// startCounting ends the warm-up: earlier work of this CPU is not part of the outcome.
func (e *Env) startCounting() {
	e.counting = true
	if e.told != nil {
		e.told(e.cpu.ID())
	}
	e.live.begin()
	e.clock.start(e.cpu)
	e.hist, e.stall = Histogram{}, 0
	e.before = e.snapshot(e.spent())
}

// CPU returns the simulated CPU that the body runs on.
func (e *Env) CPU() *mmu.CPU { return e.cpu }

// NCPU returns the number of CPUs of the machine.
func (e *Env) NCPU() int { return e.cell.Machine.NCPU() }

// Rand returns this CPU's random numbers, which depend only on the cell's seed and the CPU's number.
func (e *Env) Rand() *rand.Rand { return e.rand }

// Work computes for n cycles.
func (e *Env) Work(n mmu.Cycles) {
	e.cpu.Charge(smp.CostWork, n)
	if e.live != nil {
		e.cpu.Clock() // now, not at the CPU's next look at the clock
	}
}

// Idle sleeps for n cycles, serving IPIs; messages wait in the mailbox. A design whose mappings belong to the thread
// removes them for the duration.
func (e *Env) Idle(n mmu.Cycles) {
	k, ok := e.cell.Alloc.(allocators.Switcher)
	if !ok || len(e.held) == 0 {
		e.cpu.Idle(n)
		return
	}
	for _, h := range e.held {
		h.buf.Suspend(e.cpu)
	}
	k.SwitchOut(e.cpu)
	e.cpu.Idle(n)
	k.SwitchIn(e.cpu)
	for _, h := range e.held {
		h.buf.Resume(e.cpu)
	}
}

// Copy reads or writes bytes of each page of the handle in turn: one access, and the cycles of the copy.
func (e *Env) Copy(h *Handle, bytes int, write bool) {
	for i := range h.buf.Len() {
		e.touch(h, i, write)
		if e.live != nil {
			e.copyLive(h, i, bytes)
			continue
		}
		h.spent += e.cpu.Copy(h.buf.PageAt(i), bytes, write)
	}
}

func (e *Env) record(verb string, h *Handle, pg *mmu.Page, f allocators.Flags) {
	if e.rec == nil {
		return
	}
	name, page := 0, 0
	if h != nil {
		name = h.name
	}
	if pg != nil {
		page = pg.ID()
	}
	e.rec.Op(e.cpu.ID(), verb, name, page, f)
}
