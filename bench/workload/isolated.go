package workload

import (
	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// isolated is W13: a latency-critical thread on each of some CPUs that computes in user mode and never maps anything, beside
// CPUs that copy pages as in xio. What it measures is on the side of the CPUs that compute.
func isolated() *Workload {
	return &Workload{
		Name:  "isolated",
		Doc:   "a few CPUs copy pages as in xio; the others compute in user mode and lose what shootdowns take from them (nohz_full)",
		Aside: true,
		Params: []Param{
			{Name: "isolated.mappers", Doc: "CPUs that map; all others are isolated", Kind: Int, Default: "1", Min: 1, Max: smp.MaxCPUs},
			{Name: "isolated.mapping", Doc: "for the mapping CPU only, or for all", Kind: Text, Default: "private", Choices: []string{"private", "global"}},
			{Name: "isolated.buffers", Doc: "requests' buffers of 8 pages that a mapping CPU cycles through", Kind: Int, Default: "32", Min: 1, Max: 4096},
			{Name: "isolated.gap", Doc: "cycles of other work between requests, on average", Kind: Int, Default: "500", Min: 0, Max: 1e9},
			gapParam("isolated"),
			{
				Name: "isolated.flush", Doc: "at-once: by IPI; deferred: to the isolated CPU's next entry into the kernel",
				Kind: Text, Default: "at-once", Choices: []string{"at-once", "deferred"},
			},
			{Name: "isolated.entry", Doc: "cycles of user code between two entries into the kernel; 0: it never enters", Kind: Int, Default: "100000", Min: 0, Max: 1e12},
			{Name: "isolated.preempted", Doc: "cycles for which a host takes an isolated CPU away; 0: never", Kind: Int, Default: "0", Min: 0, Max: 1e9},
			{Name: "isolated.slice", Doc: "cycles for which it runs in between", Kind: Int, Default: "1000000", Min: 1000, Max: 1e12},
		},
		Setup: func(cell *Cell) (Body, error) {
			n := cell.Machine.NCPU()
			w := &isolation{
				mappers: min(n, cell.int("isolated.mappers")), deferred: cell.text("isolated.flush") == "deferred",
				entry: cell.cycles("isolated.entry"), away: cell.cycles("isolated.preempted"),
				slice: cell.cycles("isolated.slice"),
			}
			w.peers.left = w.mappers
			flags := allocators.Private
			if cell.text("isolated.mapping") == "global" {
				flags = 0
			}
			w.maps = copyBuffers(cell, flags, 8, cell.int("isolated.buffers"), cell.cycles("isolated.gap"))
			for id := w.mappers; id < n; id++ {
				cell.computing.Add(id)
			}
			if w.deferred {
				cell.Machine.Isolate(cell.computing)
			}
			return w.body, nil
		},
	}
}

type isolation struct {
	mappers     int
	deferred    bool
	entry       mmu.Cycles // of user code between entries into the kernel, or 0
	slice, away mmu.Cycles // of running, and of being preempted
	maps        Body
	peers       peers
}

// computeStep is how long an isolated CPU computes before it looks how long that took, in cycles.
const computeStep = 500

func (w *isolation) body(e *Env) error {
	if id := e.CPU().ID(); id < w.mappers {
		if e.ops != endless { // those of the CPUs that only compute, too
			e.ops += (e.NCPU() - 1 - id) / w.mappers * e.cell.Ops
		}
		if err := w.maps(e); err != nil {
			return err
		}
		w.peers.finished(e)
		return nil
	}
	if !e.counting {
		e.startCounting()
	}
	w.compute(e)
	return nil
}

// compute runs user code until all mapping CPUs are done.
func (w *isolation) compute(e *Env) {
	c := e.CPU()
	c.LeaveKernel()
	sinceEntry, sinceAway := mmu.Cycles(0), mmu.Cycles(0)
	for {
		from := c.Now()
		e.Work(computeStep)
		e.stalled(c.Now() - from - computeStep)
		if _, quit := c.Recv(); quit {
			break
		}
		if sinceEntry += computeStep; w.entry > 0 && sinceEntry >= w.entry {
			sinceEntry = 0
			from = c.Now()
			c.EnterKernel()
			e.stalled(c.Now() - from)
			c.LeaveKernel()
		}
		if sinceAway += computeStep; w.away > 0 && sinceAway >= w.slice {
			sinceAway = 0
			if w.deferred { // the host leaves the note for it (KVM_FEATURE_PV_TLB_FLUSH)
				c.Idle(w.away)
			} else {
				c.Preempted(w.away)
			}
		}
	}
	c.EnterKernel()
}

// computes reports whether this CPU only computes.
func (e *Env) computes() bool { return e.cell.computing.Has(e.cpu.ID()) }

// stalled notes that computing took n cycles longer than it should.
func (e *Env) stalled(n mmu.Cycles) { e.stall = max(e.stall, n) }
