package workload

import (
	"fmt"
	"slices"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// weight is what the lab itself takes on a real thread, in nanoseconds of the host for one of each. The first three are
// the engine's, the others the harness's.
type weight struct {
	call   float64 // a machine call that finds nothing to do: charging and looking for IPIs
	look   float64 // a look at the host's clock
	work   float64 // by how much a stretch of computing is longer than asked for
	access float64 // a load or store that hits the simulated TLB, with the oracles, without its call
	pair   float64 // an alloc and a free, without the design and without looks
}

// own is what a CPU has counted of the lab's work since its operations count.
type own struct {
	smp.Own // Calls are those of the counted steps alone
	steps   int64
	counted int64 // steps whose calls were counted
}

// The steps, allocs and frees, of which the calls are counted: windowSteps, once in windowEach. The numbers have no common
// factor, so that the windows meet every step of a workload that does the same again and again.
const (
	windowSteps = 2
	windowEach  = 127
	windowFirst = 8 // the step before the first window
)

// step counts an alloc or a free, and the machine calls from some steps to the next ones.
func (l *liveEnv) step(c *mmu.CPU) {
	if l.own.steps++; l.own.steps < l.turn {
		return
	}
	if l.counting = !l.counting; l.counting {
		l.callsAt, l.turn = c.Own().Calls, l.own.steps+windowSteps
	} else {
		l.own.Calls += c.Own().Calls - l.callsAt
		l.own.counted += windowSteps
		l.turn = l.own.steps + windowEach - windowSteps
	}
	c.CountCalls(l.counting)
}

// snapshotOwn returns the counts so far.
func (e *Env) snapshotOwn() (o own) {
	if e.live != nil {
		now := e.cpu.Own()
		o = e.live.own
		o.Looks, o.Works = now.Looks, now.Works
	}
	return o
}

// lab estimates the seconds that the lab itself has taken on this CPU since its operations count.
func (e *Env) lab(w *weight) float64 {
	o, before := e.after.own, e.before.own
	steps, counted := o.steps-before.steps, o.counted-before.counted
	calls := 0.0
	if counted > 0 {
		calls = float64(o.Calls-before.Calls) * float64(steps) / float64(counted)
	}
	n := e.after.counters.Accesses - e.before.counters.Accesses
	return 1e-9 * (calls*w.call + float64(o.Looks-before.Looks)*w.look + float64(o.Works-before.Works)*w.work +
		float64(n)*w.access + float64(steps)/2*w.pair)
}

// empty is a design that does nothing: all of its buffers are one page that stays mapped.
type empty struct {
	pg  *mmu.Page
	kva mmu.KVA
}

func (d *empty) Alloc(*mmu.CPU, *mmu.Page, allocators.Flags) (allocators.Buf, error) { return d, nil }
func (d *empty) Free(*mmu.CPU, allocators.Buf)                                       {}
func (d *empty) KVA(*mmu.CPU) mmu.KVA                                                { return d.kva }
func (d *empty) Page() *mmu.Page                                                     { return d.pg }

// The measurement of a weight: the median of rounds, each of so many calls that all take some hundred microseconds. It is
// measured before and after the run, for a host changes its pace.
const (
	weighRounds = 7
	weighEach   = 200
	weighWork   = 1000 // cycles
)

// weigh measures what the lab takes at this moment: the harness around an empty design, on one CPU of a machine like m.
// If w has been measured before, the result is the mean of both.
func (w *weight) weigh(m *mmu.Machine) error {
	scratch, err := mmu.New(m.Spec(), mmu.Options{
		CPUs: 1, Pages: 1, KVAPages: 64, Config: smp.Config{Live: &smp.Live{NoIPICost: true}},
	})
	if err != nil {
		return err
	}
	kva, err := scratch.ReserveKVA(1)
	if err != nil {
		return err
	}
	d := &empty{scratch.Page(0), kva}
	var rounds [weighRounds]weight
	err = scratch.Run(func(c *mmu.CPU) error {
		c.KenterQuick(kva, d.pg)
		e := newEnv(c, &Cell{Machine: scratch, Alloc: d}, nil, nil)
		e.live.all = []*Env{e}
		for i := range rounds {
			if err := rounds[i].measure(e, d.pg); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("measuring what the lab itself takes: %w", err)
	}
	before := *w
	for i, part := range w.parts() {
		var v [weighRounds]float64
		for k := range rounds {
			v[k] = *rounds[k].parts()[i]
		}
		slices.Sort(v[:])
		if *part = max(0, v[weighRounds/2]); before.look > 0 {
			*part = (*part + *before.parts()[i]) / 2
		}
	}
	return nil
}

func (w *weight) parts() [5]*float64 {
	return [...]*float64{&w.call, &w.look, &w.work, &w.access, &w.pair}
}

// measure is one round.
func (w *weight) measure(e *Env, pg *mmu.Page) error {
	c := e.cpu
	each := func(do func()) float64 {
		start := host.Nanos()
		for range weighEach {
			do()
		}
		return float64(host.Nanos()-start) / weighEach
	}
	w.look = each(func() { c.Clock() })
	w.call = each(func() { c.Charge(smp.CostAlloc, 0) })
	w.work = each(func() { e.Work(weighWork) }) - weighWork*1e9/c.Machine().Spec().ClockHz
	h, err := e.Alloc(pg, 0)
	if err != nil {
		return err
	}
	w.access = max(0, each(func() { e.Load(h) })-w.call)
	e.Free(h)
	before := c.Own()
	w.pair = each(func() {
		if h, err = e.Alloc(pg, 0); err == nil {
			e.Load(h)
			e.Free(h)
		}
	}) - w.access - w.call - float64(c.Own().Looks-before.Looks)/weighEach*w.look
	return err
}
