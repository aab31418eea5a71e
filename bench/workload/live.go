package workload

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// LiveOutcome holds the figures that only a run on real threads measures. Times are seconds of the host.
type LiveOutcome struct {
	Busy        float64 // of all CPUs, from the end of each one's warm-up to its end, without idle time
	Elapsed     float64 // from the first CPU's end of warm-up to the last one's end
	Idle        float64 // share of the CPUs' time in that interval
	Sleep       float64 // of all CPUs, asleep for a buffer
	LockWait    float64 // of all CPUs
	Shootdown   float64 // initiators: sending IPIs and waiting
	Lab         float64 // of all CPUs: what the lab itself took of Busy, an estimate
	Stolen      float64 // victims: IPI handlers, and time stopped
	Pinned      bool    // each CPU had its own host CPU
	Why         string  // if not
	Descheduled int64   // involuntary context switches of all CPUs
	Load        float64 // the host's load average at the start
	Hz          float64 // of the simulated clock, the unit of the latencies
	Timed       int64   // operations that were timed, for the latencies
	Hardware    HardwareCounts
}

const (
	livePool   = 1024 // freed handles that a CPU keeps
	sampleEach = 32   // one operation in this number is timed: reading the clock costs as much as a short operation
)

// liveEnv is the part of an Env for real threads.
type liveEnv struct {
	allocs int
	all    []*Env // of all CPUs
	from   host.CounterSource
	inUse  host.Bare // buffers allocated here minus those freed here; others read it
	peak   int64     // most buffers in use on all CPUs, sampled at timed operations

	meter meter

	own      own
	counting bool  // machine calls
	turn     int64 // the step at which that changes
	callsAt  int64 // when it began
}

// count publishes the CPU's number of buffers in use, and at a timed operation sums over all CPUs.
func (e *Env) count(timed bool) {
	l := e.live
	l.inUse.StoreRelease(uint64(e.n.allocs - e.n.frees))
	if !timed {
		return
	}
	sum := int64(0)
	for _, o := range l.all {
		sum += int64(o.live.inUse.Load())
	}
	l.peak = max(l.peak, sum)
}

// begin begins to count hardware events; under the virtual clock it does nothing.
func (l *liveEnv) begin() {
	if l != nil {
		l.meter.begin()
	}
}

// clock is the start and the end of a CPU's counting.
type clock struct{ from, to mmu.Cycles }

func (k *clock) start(c *mmu.CPU) { k.from = c.Clock() }

// sample chooses the operations to time.
func (l *liveEnv) sample() bool {
	l.allocs++
	return l.allocs%sampleEach == 0
}

// now returns the time; on real threads only where an operation is timed.
func (e *Env) now(timed bool) mmu.Cycles {
	if e.live == nil {
		return e.cpu.Now()
	}
	if timed {
		return e.cpu.Clock()
	}
	return 0
}

// copyLive copies from the page that the CPU's TLB gives for page i of the handle.
func (e *Env) copyLive(h *Handle, i, bytes int) {
	start := e.now(h.timed)
	kva, _ := h.buf.KVA()
	e.cpu.CopyOut(kva+mmu.KVA(i), bytes)
	h.spent += e.now(h.timed) - start
}

// run runs the body and measures its time.
func (e *Env) run(body Body, label func(cpu int)) error {
	if e.live != nil {
		if label != nil {
			label(e.cpu.ID())
		}
		pinned, _ := e.cell.Machine.Pinned()
		e.live.meter.open(e.live.from, pinned)
		defer e.live.meter.close()
	}
	if e.counting {
		e.live.begin()
		e.clock.start(e.cpu)
	}
	err := body(e)
	e.clock.to = e.cpu.Clock()
	return err
}

// act runs one step of a workload of steps.
func (e *Env) act(do func(*Env) error) error {
	if e.clock.from == 0 {
		e.clock.start(e.cpu)
	}
	err := do(e)
	e.clock.to = e.cpu.Clock()
	return err
}

// liveRun is what surrounds a run on real threads.
type liveRun struct {
	lab      weight
	hardware hardware
	counts   HardwareCounts
}

// newLiveRun makes the measurements that come before the run.
func newLiveRun(cell *Cell, envs []*Env) (*liveRun, error) {
	k := &liveRun{hardware: hardware{from: cell.Counters, on: cell.Machine.HostCPUs()}}
	if k.hardware.from == nil {
		k.hardware.from = host.Hardware()
	}
	for _, e := range envs {
		e.live.all, e.live.from = envs, k.hardware.from
	}
	if err := k.lab.weigh(cell.Machine); err != nil {
		return nil, err
	}
	k.hardware.begin()
	return k, nil
}

// end makes those that come after it.
func (k *liveRun) end(m *mmu.Machine, envs []*Env) error {
	k.counts = k.hardware.outcome(envs)
	return k.lab.weigh(m)
}

func (k *liveRun) outcome(cell *Cell, envs []*Env) *LiveOutcome {
	out, m := new(LiveOutcome), cell.Machine
	out.Pinned, out.Why = m.Pinned()
	out.Descheduled = m.Descheduled()
	hz := m.Spec().ClockHz
	out.Hz, out.Hardware = hz, k.counts
	first, last := smp.Forever, mmu.Cycles(0)
	total := 0.0
	for _, e := range envs {
		since := func(k smp.Cost) float64 { return float64(e.after.spent[k]-e.before.spent[k]) / hz }
		first, last = min(first, e.clock.from), max(last, e.clock.to)
		own := float64(e.clock.to-e.clock.from) / hz
		total += own
		out.Busy += own - since(smp.CostIdle)
		out.Sleep += since(smp.CostSleep)
		out.LockWait += since(smp.CostLockWait)
		out.Shootdown += since(smp.CostShootdown)
		out.Stolen += since(smp.CostStolen)
		out.Lab += e.lab(&k.lab)
		out.Timed += e.hist.Count()
	}
	out.Elapsed = float64(last-first) / hz
	if total > 0 {
		out.Idle = max(0, 1-out.Busy/total)
	}
	return out
}
