package ops

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Plan is a trace whose CPUs go at their own pace. Each does its lines in file order; between CPUs only what must be is
// kept: a buffer is used after its alloc, freed after the uses that stand before the free, and its name is allocated again
// after that. A line of an interrupt may run at any moment from when that is so. What uses a buffer whose alloc failed is
// left out. A Plan is read-only once made: several runs may share it.
type Plan struct {
	*Trace
	thread, irq [][]int // by CPU: its operations, by their index in the trace
	after       [][]int // by operation: those that must be over
	names       []string
	turns       []string // by operation: what a CPU waits for that may not do it yet
}

// NewPlan works out what must come after what.
func NewPlan(t *Trace) *Plan {
	p := &Plan{Trace: t, thread: make([][]int, t.CPUs), irq: make([][]int, t.CPUs), after: make([][]int, len(t.Ops))}

	lives := map[string]int{}
	uses, frees := map[string][]int{}, map[string][]int{}
	for i := range t.Ops {
		op := &t.Ops[i]
		p.turns = append(p.turns, fmt.Sprintf("the turn of line %d", op.Line))
		if op.Interrupt {
			p.irq[op.CPU] = append(p.irq[op.CPU], i)
		} else {
			p.thread[op.CPU] = append(p.thread[op.CPU], i)
		}
		switch op.Verb {
		case Work, Switch, Sysctl, Signal:
			continue
		case Alloc:
			p.after[i] = frees[op.Name]
			if _, again := lives[op.Name]; !again {
				p.names = append(p.names, op.Name)
			}
			lives[op.Name] = i
			uses[op.Name], frees[op.Name] = []int{i}, nil
		case Free:
			p.after[i] = append([]int(nil), uses[op.Name]...)
			frees[op.Name] = append(frees[op.Name], i)
		default:
			p.after[i] = []int{lives[op.Name]}
			uses[op.Name] = append(uses[op.Name], i)
		}
	}
	return p
}

// Setting is what a Plan runs on.
type Setting struct {
	Spec     *mmu.Spec
	Design   *allocators.Design
	Tune     allocators.Tuning
	KVAPages int // the window; 0 is the machine's default
	// Thorough adds, when all is over, a look whether KVA has grown for good; it is slow.
	Thorough bool
	// Visible passes over what is latent: only what has gone wrong ends a run.
	Visible bool
}

// Failure is what went wrong in a run.
type Failure struct {
	Kind string // "stale access", "deadlock", "panic", …: a short name, the same for the same kind of fault
	Text string // one line
	Op   int    // index of the operation that was under way on CPU, or -1
	CPU  int
	// Latent tells that nothing has gone wrong yet: a rule is broken that keeps it from going wrong.
	Latent bool
	Stack  []uintptr // of the code that panicked, leaf first
	KVA    mmu.KVA   // the address at stake, where At is true
	At     bool
}

// The kinds of failures that are no mmu.FindingKind.
const (
	UnsoundMask = "unsound mask"
	Deadlock    = "deadlock"
	LostWakeup  = "lost wakeup"
	Livelock    = "livelock"
	Panic       = "panic"
	WrongError  = "wrong error"
)

// outing is one run of a Plan.
type outing struct {
	replay
	plan    *Plan
	set     *Setting
	by      smp.Scheduler
	begun   []bool
	done    []bool
	pended  []bool
	on      []int // by CPU: the operation under way, or -1
	left    int   // CPUs whose lines are not all done
	watch   Watcher
	failure *Failure
}

// Watcher hears of a run beside its mmu.Probe: the operations as they begin and end, and the call stacks of CPUs that stand
// still, on the goroutine of the run.
type Watcher interface {
	mmu.Probe
	Begin(v View, cpu, op int)
	End(v View, cpu, op int)
	Parked(cpu int, pcs []uintptr) // see smp.Config
}

// View is what a Watcher may look at, free of charge.
type View struct{ o *outing }

// Machine returns the machine of the run, to be looked at only.
func (v View) Machine() *mmu.Machine { return v.o.m }

// Mask returns the mask of the buffer of that name, and whether it is live and has one.
func (v View) Mask(name string) (mask mmu.CPUSet, ok bool) {
	k, ok := v.o.live[name].(allocators.Masked)
	if ok {
		mask = k.Mask()
	}
	return mask, ok
}

// errFailed ends a run in which something went wrong.
var errFailed = errors.New("failed")

// Run makes one run under a Scheduler and returns what went wrong, or nil. An error is bad input: the machine or the design
// cannot be built so. watch may be nil.
func (p *Plan) Run(set *Setting, by smp.Scheduler, watch Watcher) (*Failure, error) {
	o := &outing{
		plan: p, set: set, by: by, watch: watch, left: p.CPUs,
		begun: make([]bool, len(p.Ops)), done: make([]bool, len(p.Ops)), pended: make([]bool, len(p.Ops)), on: make([]int, p.CPUs),
	}
	opt := mmu.Options{CPUs: p.CPUs, Pages: p.Pages + spare, KVAPages: set.KVAPages, Scheduler: o}
	if watch != nil {
		opt.Probe, opt.Parked = watch, watch.Parked
	}
	m, err := mmu.New(set.Spec, opt)
	if err != nil {
		return nil, err
	}
	a, err := set.Design.New(m, set.Tune)
	if err != nil {
		return nil, err
	}
	for i := range o.on {
		o.on[i] = -1
	}
	o.replay = replay{
		t: p.Trace, m: m, d: set.Design, a: a, out: &Result{}, free: true,
		live: make(map[string]allocators.Buf), book: make(map[string]*entry),
	}
	err = m.Run(o.body)
	if o.failure == nil && err != nil {
		o.failure = o.end(err)
	}
	return o.failure, nil
}

// Next implements smp.Scheduler: between any two steps the rules are looked at.
func (o *outing) Next(ready []smp.Actor) int {
	if o.failure == nil {
		o.check()
	}
	if o.failure != nil {
		return -1
	}
	return o.by.Next(ready)
}

// body is what a CPU does.
func (o *outing) body(c *mmu.CPU) (err error) {
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
	for _, i := range o.plan.irq[c.ID()] { // those that came at no moment so far come now
		if err := o.turn(c, i); err != nil {
			return err
		}
	}
	if o.left--; o.left == 0 {
		return o.quiet(c)
	}
	return nil
}

// turn waits until operation i may be done, and does it unless an interrupt has.
func (o *outing) turn(c *mmu.CPU, i int) error {
	if !o.may(i) {
		c.Await(o.plan.turns[i], func() bool { return o.may(i) })
	}
	c.Pause()
	return o.act(c, i)
}

// may reports whether all that must come before operation i is over.
func (o *outing) may(i int) bool {
	for _, k := range o.plan.after[i] {
		if !o.done[k] {
			return false
		}
	}
	return true
}

// act does operation i, unless it has begun: in an interrupt, or outside while its interrupt was pended.
func (o *outing) act(c *mmu.CPU, i int) error {
	if o.begun[i] {
		return nil
	}
	o.begun[i] = true
	op := &o.plan.Ops[i]
	outer := o.on[c.ID()]
	o.on[c.ID()] = i
	if o.watch != nil {
		o.watch.Begin(View{o}, c.ID(), i)
	}
	var err error
	if op.Verb == Alloc || op.Verb == Work || op.Verb == Switch || op.Verb == Sysctl || op.Verb == Signal || o.live[op.Name] != nil {
		err = o.do(c, op)
	}
	if o.watch != nil {
		o.watch.End(View{o}, c.ID(), i)
	}
	if err != nil {
		o.fail(&Failure{Kind: WrongError, Text: fmt.Sprintf("cpu%d: %v: %v", c.ID(), op, err), CPU: c.ID()})
	} else {
		o.check()
	}
	o.on[c.ID()] = outer
	o.done[i] = true
	if o.failure != nil {
		return errFailed
	}
	o.pend()
	return nil
}

// pend hands the CPUs the interrupts whose time has come.
func (o *outing) pend() {
	for cpu, irqs := range o.plan.irq {
		for _, i := range irqs {
			if o.pended[i] || o.begun[i] || !o.may(i) {
				continue
			}
			o.pended[i] = true
			c := o.m.CPU(cpu)
			c.Pend(func() { _ = o.act(c, i) })
		}
	}
}

// fail notes the first thing that went wrong.
func (o *outing) fail(f *Failure) {
	if o.failure == nil {
		f.Op = o.on[f.CPU]
		o.failure = f
	}
}

// check looks at what the oracles found and whether each mask tells the truth (invariant I1).
func (o *outing) check() {
	for i := range o.m.Findings() {
		f := &o.m.Findings()[i]
		if latent := f.Kind == mmu.StaleRisk; !latent || !o.set.Visible {
			o.fail(&Failure{Kind: f.Kind.String(), Text: f.Text, CPU: f.CPU, Latent: latent, KVA: f.KVA, At: f.Kind != mmu.Leaked})
			return
		}
	}
	if !o.set.Visible {
		o.checkMasks()
	}
}

// checkMasks looks whether the mask of a buffer that is held tells the truth.
func (o *outing) checkMasks() {
	for _, name := range o.plan.names {
		k, ok := o.live[name].(allocators.Masked)
		if !ok || !o.book[name].known {
			continue
		}
		e := o.book[name]
		mask := k.Mask()
		for id := range o.plan.CPUs {
			if mask.Has(id) && o.m.MayHoldOld(id, e.kva) {
				o.fail(&Failure{
					Kind: UnsoundMask, CPU: id, Latent: true, KVA: e.kva, At: true,
					Text: fmt.Sprintf("the mask %v of %s says that cpu%d holds nothing old for %v, and it may", mask, name, id, e.kva),
				})
				return
			}
		}
	}
}

// panicked notes a panic of the code under test, with the stack that raised it.
func (o *outing) panicked(c *mmu.CPU, v any) {
	stack := make([]uintptr, 64)
	stack = stack[:runtime.Callers(3, stack)]
	o.fail(&Failure{Kind: Panic, Text: fmt.Sprintf("cpu%d: panic: %v", c.ID(), v), CPU: c.ID(), Stack: stack})
}

// end says what the end of a run means that nobody has noted.
func (o *outing) end(err error) *Failure {
	var dead *smp.DeadlockError
	switch {
	case errors.Is(err, smp.ErrStopped):
		return &Failure{Kind: Livelock, Text: "the run does not end: " + o.underWay(), Op: -1}
	case !errors.As(err, &dead):
		return &Failure{Kind: WrongError, Text: err.Error(), Op: -1}
	}
	f := &Failure{Kind: LostWakeup, CPU: -1, Op: -1}
	var lines []string
	for _, w := range dead.Waits {
		if strings.Contains(w, "waits for the turn of line") {
			continue
		}
		lines = append(lines, w)
		if !strings.Contains(w, "waits for a wakeup on") {
			f.Kind = Deadlock
		}
	}
	f.Text = strings.Join(lines, "; ")
	for id, i := range o.on {
		if i >= 0 && f.CPU < 0 {
			f.CPU, f.Op = id, i
		}
	}
	f.CPU = max(f.CPU, 0)
	return f
}

// underWay says what each CPU is at.
func (o *outing) underWay() string {
	var lines []string
	for id, i := range o.on {
		if i >= 0 {
			lines = append(lines, fmt.Sprintf("cpu%d is at %v", id, &o.plan.Ops[i]))
		}
	}
	return strings.Join(lines, "; ")
}
