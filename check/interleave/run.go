package interleave

import (
	"errors"
	"fmt"
	"sync/atomic"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Config is what a Plan runs on.
type Config struct {
	Spec     *mmu.Spec
	Design   *allocators.Design
	Tune     allocators.Tuning
	KVAPages int // the window; 0 is the machine's default
	// Capacity, if not 0, is the number of buffers: when all operations are over and none is held, all of them must be
	// available (Measure). With more than a few buffers that check is slow, and made in Thorough runs only.
	Capacity int
	Unused   int // pages of KVA that are left when all these buffers are taken
	Thorough bool
	// Visible ignores latent failures: only a failure that shows ends a run.
	Visible bool
	// Granularity selects the steps between which other actors may act.
	Granularity smp.Granularity
	// Past continues a run past the fault that the design declares, to find other failures.
	Past bool
	// Races makes a data race in the design a failure; the design must be instrumented.
	Races bool
	// Beat, if not nil, counts choices: a run in which it does not advance hangs.
	Beat *atomic.Int64
}

// execution is one run of a Plan.
type execution struct {
	*ops.Session
	m       *mmu.Machine
	a       allocators.Allocator
	plan    *Plan
	set     *Config
	by      smp.Scheduler
	begun   []bool
	done    []bool
	pended  []bool
	on      []int // by CPU: the operation under way, or -1
	left    int   // CPUs whose lines are not all done
	drainer int   // CPU whose turn it is to allocate all buffers
	drained int   // buffers taken so
	books   error // what the audit found when all operations were over
	watch   Watcher
	failure *Failure
	judged  int // findings that have been looked at
	traced  bool
	judges  bool                 // the masks at every step
	goesOn  bool                 // for tests: a failure does not end the run
	ended   []int                // by operation: the event of its end, see smp.CPU.Publish
	held    []held               // by name
	quieted []int                // by CPU: the event of the end of its operations
	wait    []*wait              // by CPU
	spare   []*wait              // wait is the first of
	runs    func(*mmu.CPU) error // body
}

// Watcher receives, in addition to mmu.Probe's events, the operations as they begin and end, and the call stacks of CPUs that stand
// still, on the goroutine of the run.
type Watcher interface {
	mmu.Probe
	Begin(v View, cpu, op int)
	End(v View, cpu, op int)
	Parked(cpu int, pcs []uintptr) // see smp.Config
}

// View is what a Watcher may look at, free of charge.
type View struct{ o *execution }

// Machine returns the machine of the run, to be looked at only.
func (v View) Machine() *mmu.Machine { return v.o.m }

// Mask returns the mask of the buffer of that name, and whether it is live and has one.
func (v View) Mask(name string) (mask mmu.CPUSet, ok bool) {
	b := v.o.Live(name)
	if b == nil {
		return mask, false
	}
	k, ok := b.Buf.(allocators.Masked)
	if ok {
		v.o.m.Look(func() { mask = k.Mask() })
	}
	return mask, ok
}

// Buffer returns the live buffer of that name, or nil. It must not be used, only looked at.
func (v View) Buffer(name string) allocators.Buf {
	if b := v.o.Live(name); b != nil {
		return b.Buf
	}
	return nil
}

// Allocator returns the design. It must not be used, only looked at.
func (v View) Allocator() allocators.Allocator { return v.o.a }

// Audit returns what a design's check of its own bookkeeping finds, or nil; idle says that no operation is under way.
func (v View) Audit(idle bool) error { return v.o.audit(idle) }

// errFailed ends a run in which something went wrong.
var errFailed = errors.New("failed")

// Runner makes runs one after another in the same memory. The zero value is ready; Close it. One run at a time.
type Runner struct {
	coroutines smp.Coroutines
	o          execution
}

// Close ends the coroutines of the runs. A Runner with a run that hangs is left as it is.
func (r *Runner) Close() { r.coroutines.Close() }

// Run makes one run of p under a Scheduler and returns what went wrong, or nil. An error is bad input: the machine or the
// design cannot be built so. watch may be nil.
func (r *Runner) Run(p *Plan, set *Config, by smp.Scheduler, watch Watcher) (*Failure, error) {
	o, err := r.newExecution(p, set, by, watch)
	if err != nil {
		return nil, err
	}
	return o.run(), nil
}

// run makes the run and returns its failure.
func (o *execution) run() *Failure {
	err := o.m.Run(o.runs)
	switch r := o.m.Race(); {
	case o.failure != nil:
	case r != nil:
		o.failure = o.race(r)
	case o.given():
	case err != nil:
		o.failure = o.end(err)
	}
	return o.failure
}

// given reports whether the search gave the run up because it is equivalent to an earlier one.
func (o *execution) given() bool {
	r, ok := o.by.(interface{ Blocked() bool })
	return ok && r.Blocked()
}

// newExecution prepares a run. It ends the use of the execution before.
func (r *Runner) newExecution(p *Plan, set *Config, by smp.Scheduler, watch Watcher) (*execution, error) {
	o := &r.o
	o.renew(p)
	o.plan, o.set, o.by, o.watch = p, set, by, watch
	cfg := smp.Config{Scheduler: o, Granularity: set.Granularity, Races: set.Races, Coroutines: &r.coroutines}
	cfg.Tracer, o.traced = by.(smp.Tracer)
	o.judges = !set.Visible && !o.passes(mmu.StaleRisk) && !o.traced
	opt := mmu.Options{CPUs: p.CPUs, Pages: p.Pages, KVAPages: set.KVAPages, Config: cfg}
	if set.drains() {
		opt.Pages += set.KVAPages + 1
	}
	if watch != nil {
		opt.Probe, opt.Parked = watch, watch.Parked
	}
	if err := o.m.Renew(set.Spec, opt); err != nil {
		return nil, err
	}
	var err error
	o.m.Boot(func() { o.a, err = set.Design.New(o.m, set.Tune) })
	if err != nil {
		return nil, err
	}
	o.Renew(o.m, set.Design, o.a)
	o.Loose = true
	o.pend()
	return o, nil
}

// Next implements smp.Scheduler: it checks the rules between any two steps.
func (o *execution) Next(ready []smp.Actor) int {
	if o.failure == nil {
		o.check()
	}
	if o.failure != nil && !o.goesOn {
		return -1
	}
	k := 0
	if len(ready) > 1 || o.traced { // otherwise there is no choice, and no point of a schedule
		k = o.by.Next(ready)
	}
	if o.set.Beat != nil {
		o.set.Beat.Add(1)
	}
	return k
}

// body is what a CPU does.
func (o *execution) body(c *mmu.CPU) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if smp.IsUnwind(v) {
				panic(v)
			}
			o.panicked(c, v)
			err = errFailed
		}
	}()
	for _, i := range o.plan.thread[c.ID()] {
		if err := o.turn(c, i); err != nil {
			return err
		}
	}
	for _, u := range o.plan.handlers[c.ID()] { // the handlers that have not run so far run now
		if err := o.await(c, u); err != nil {
			return err
		}
	}
	return o.quiet(c)
}

// turn waits until operation i may be done, and does it.
func (o *execution) turn(c *mmu.CPU, i int) error {
	return o.await(c, unit{i, i + 1})
}

// await waits until the operations of u may be done, and does them, unless a handler of the CPU does them first. A CPU
// that idles takes its interrupts.
func (o *execution) await(c *mmu.CPU, u unit) error {
	for !o.may(u) {
		w := o.wait[c.ID()]
		w.unit = u
		c.Await(o.plan.turns[u.from], w.over)
		if w.irq != nil {
			o.follow(c, *w.irq)
			if err := o.perform(c, *w.irq); err != nil {
				return err
			}
		}
	}
	if o.plan.waits(u) { // nor at a clock before the end of the operations that it follows
		c.Await(o.plan.turns[u.from], func() bool { return true })
	}
	c.Pause()
	o.follow(c, u)
	return o.perform(c, u)
}

// follow orders c after the operations that come before those of u.
func (o *execution) follow(c *mmu.CPU, u unit) {
	for i := u.from; i < u.end; i++ {
		for _, k := range o.plan.after[i] {
			c.Follow(o.ended[k])
		}
	}
}

// interrupt returns the first handler of a CPU that may run and has not begun, or nil.
func (o *execution) interrupt(cpu int) *unit {
	for k := range o.plan.handlers[cpu] {
		if u := &o.plan.handlers[cpu][k]; !o.begun[u.from] && o.may(*u) {
			return u
		}
	}
	return nil
}

// may reports whether all that must come before the operations of u is over.
func (o *execution) may(u unit) bool {
	for i := u.from; i < u.end; i++ {
		for _, k := range o.plan.after[i] {
			if !o.done[k] && (k < u.from || k >= u.end) {
				return false
			}
		}
	}
	return true
}

// perform does the operations of u, unless they have begun: in a handler, or outside while the handler was pended.
func (o *execution) perform(c *mmu.CPU, u unit) error {
	if o.begun[u.from] {
		return nil
	}
	for i := u.from; i < u.end; i++ {
		o.begun[i] = true
	}
	for i := u.from; i < u.end; i++ {
		if err := o.act(c, i); err != nil {
			return err
		}
	}
	return nil
}

// act does operation i.
func (o *execution) act(c *mmu.CPU, i int) error {
	op := &o.plan.Ops[i]
	outer := o.on[c.ID()]
	o.on[c.ID()] = i
	if o.watch != nil {
		o.watch.Begin(View{o}, c.ID(), i)
	}
	var err error
	if op.Verb == ops.Alloc || !op.Verb.Named() || o.held[o.plan.name[i]].is() {
		err = o.Do(c, op)
	}
	if op.Verb == ops.Alloc {
		o.hold(i)
	}
	if o.watch != nil {
		o.watch.End(View{o}, c.ID(), i)
	}
	if err != nil {
		o.fail(&Failure{Kind: WrongError, Text: fmt.Sprintf("cpu%d: %v: %v", c.ID(), op, err), CPU: c.ID()})
	} else {
		o.check()
		if !o.traced {
			if err := o.audit(false); err != nil {
				o.fail(&Failure{Kind: BadBooks, CPU: c.ID(), Text: err.Error()})
			}
		}
		if op.Verb == ops.Global {
			o.checkGlobal(c, op.Name)
		}
	}
	o.on[c.ID()] = outer
	o.done[i] = true
	c.News()
	o.ended[i] = c.Publish()
	if o.failure != nil && !o.goesOn {
		return errFailed
	}
	o.pend()
	return nil
}

// pend hands the CPUs the handlers whose time has come.
func (o *execution) pend() {
	for cpu, units := range o.plan.handlers {
		for _, u := range units {
			if o.pended[u.from] || o.begun[u.from] || !o.may(u) {
				continue
			}
			o.pended[u.from] = true
			c := o.m.CPU(cpu)
			c.Pend(func() {
				o.follow(c, u)
				_ = o.perform(c, u)
			})
		}
	}
}
