package interleave

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Failure is what went wrong in a run.
type Failure struct {
	Kind string // "stale access", "deadlock", "panic", …: a short name, the same for the same kind of fault
	Text string // one line
	Op   int    // index of the operation that was under way on CPU, or -1
	CPU  int
	// Latent reports that a rule is broken, but no access has gone wrong yet.
	Latent bool
	Stack  []uintptr  // of the code that panicked, leaf first
	Waits  []smp.Wait // deadlock and lost wakeup: what the CPUs wait for, those apart that only wait for their turn
	KVA    mmu.KVA    // the address at stake, where At is true
	At     bool
	Want   *mmu.Page // that was promised there, or nil
	Race   *smp.Race // of a data race
	Holds  []Hold    // hold-and-wait deadlock: all buffers that are held, in the order of their allocs
}

// Hold is a buffer that is held when no CPU can continue.
type Hold struct {
	CPU  int // the CPU that would free it
	Name string
	Page int
}

// The kinds of failures that are no mmu.FindingKind.
const (
	UnsoundMask = "unsound mask"
	Deadlock    = "deadlock"
	LostWakeup  = "lost wakeup"
	HoldAndWait = "hold-and-wait deadlock"
	AllHeld     = "all buffers held" // so that a CPU waits for one without end: the scenario's own fault
	Livelock    = "livelock"
	Panic       = "panic"
	WrongError  = "wrong error"
	DataRace    = "data race"
	BadBooks    = "inconsistent data" // a design's own counts are wrong, or a magazine holds too much
)

// fail notes the first thing that went wrong.
func (o *execution) fail(f *Failure) {
	if o.failure == nil {
		f.Op = o.on[f.CPU]
		o.failure = f
	}
}

// check examines the oracles' findings and whether each mask is sound (invariant I1).
func (o *execution) check() {
	if found := o.m.Findings(); o.judged < len(found) {
		o.judge(found)
	}
	if o.judges {
		o.checkMasks()
	}
}

// judge examines the findings that have not been looked at.
func (o *execution) judge(found []mmu.Finding) {
	for ; o.judged < len(found); o.judged++ {
		f := &found[o.judged]
		latent := f.Kind == mmu.StaleRisk
		if latent && o.set.Visible || o.passes(f.Kind) {
			continue
		}
		o.fail(&Failure{Kind: f.Kind.String(), Text: f.Text, CPU: f.CPU, Latent: latent, KVA: f.KVA, At: f.Kind != mmu.Leaked, Want: f.Want})
		return
	}
}

// passes reports whether a finding of that kind is the declared fault, past which the run goes on.
func (o *execution) passes(kind mmu.FindingKind) bool {
	return o.set.Past && slices.Contains(o.set.Design.KnownKinds, kind)
}

// held is the buffer that had a name last, and its mask, or nil.
type held struct {
	*ops.Live
	mask allocators.Masked
}

// is reports whether it is held.
func (b *held) is() bool { return b.Live != nil && !b.Freed() }

// hold notes the buffer that operation i has allocated, if it has.
func (o *execution) hold(i int) {
	b := &o.held[o.plan.name[i]]
	if b.Live = o.Live(o.plan.Ops[i].Name); b.Live != nil {
		b.mask, _ = b.Buf.(allocators.Masked)
	}
}

// checkMasks checks that the mask of each held buffer is sound. It is called at every step.
func (o *execution) checkMasks() {
	for i := range o.held {
		b := &o.held[i]
		if !b.is() || b.mask == nil {
			continue
		}
		kva, asked := b.KVA()
		if !asked {
			continue
		}
		for id := o.m.HolderOfOld(0, kva); id >= 0; id = o.m.HolderOfOld(id+1, kva) {
			var mask mmu.CPUSet
			if o.m.Look(func() { mask = b.mask.Mask() }); mask.Has(id) {
				o.fail(&Failure{
					Kind: UnsoundMask, CPU: id, Latent: true, KVA: kva, At: true,
					Text: fmt.Sprintf("the mask %v of %s says that cpu%d holds nothing old for %v, and it may", mask, o.plan.names[i], id, kva),
				})
				return
			}
		}
	}
}

// audit calls the design's check of its own bookkeeping.
func (o *execution) audit(idle bool) (err error) {
	if k, ok := o.a.(allocators.Auditor); ok {
		o.m.Look(func() { err = k.Audit(idle, o.NumLive()) })
	}
	return err
}

// race is a data race of the design as a failure.
func (o *execution) race(r *smp.Race) *Failure {
	f := &Failure{Kind: DataRace, CPU: r.Second.CPU, Op: o.on[r.Second.CPU], Race: r}
	f.Text = fmt.Sprintf("cpu%d %s what cpu%d %s, and nothing orders the two", r.Second.CPU, verb(r.Second.Write), r.First.CPU, verb(r.First.Write))
	return f
}

func verb(write bool) string {
	if write {
		return "writes"
	}
	return "reads"
}

// checkGlobal checks a buffer that has just been made global: no CPU may hold an older translation of it.
func (o *execution) checkGlobal(c *mmu.CPU, name string) {
	b := o.Live(name)
	if b == nil || o.set.Visible || o.passes(mmu.StaleRisk) {
		return
	}
	kva, ok := b.KVA()
	for id := range o.plan.CPUs {
		c.Touches(smp.TLBOf(id), false)
		if ok && o.m.MayHoldOld(id, kva) {
			o.fail(&Failure{
				Kind: mmu.StaleRisk.String(), CPU: id, Latent: true, KVA: kva, At: true, Want: b.Page,
				Text: fmt.Sprintf("cpu%d made %s global, and cpu%d may still hold an older translation of %v", c.ID(), name, id, kva),
			})
			return
		}
	}
}

// panicked notes a panic of the code under test, with the stack that raised it.
func (o *execution) panicked(c *mmu.CPU, v any) {
	stack := make([]uintptr, 64)
	stack = stack[:runtime.Callers(3, stack)]
	o.fail(&Failure{Kind: Panic, Text: fmt.Sprintf("cpu%d: %v", c.ID(), v), CPU: c.ID(), Stack: stack})
}

// end classifies the end of a run for which no failure was noted.
func (o *execution) end(err error) *Failure {
	var dead *smp.DeadlockError
	switch {
	case errors.Is(err, smp.ErrStopped):
		return &Failure{Kind: Livelock, Text: "the run does not end: " + o.underWay(), Op: -1}
	case !errors.As(err, &dead):
		return &Failure{Kind: WrongError, Text: err.Error(), Op: -1}
	}
	f := &Failure{Kind: LostWakeup, CPU: -1, Op: -1}
	if o.poolInUse() {
		if f.Kind, f.Holds = AllHeld, o.holds(); f.Holds != nil {
			f.Kind = HoldAndWait
		}
	}
	var lines []string
	for _, w := range dead.Waits {
		if w.Kind == smp.WaitHarness {
			continue
		}
		f.Waits = append(f.Waits, w)
		lines = append(lines, w.String())
		if w.Kind != smp.WaitWakeup {
			f.Kind = Deadlock
		}
	}
	f.Text = strings.Join(lines, "; ")
	if f.Kind == HoldAndWait {
		f.Text = o.circle(f)
	}
	for id, i := range o.on {
		if i >= 0 && f.CPU < 0 {
			f.CPU, f.Op = id, i
		}
	}
	f.CPU = max(f.CPU, 0)
	return f
}

// holds returns the held buffers if the CPU that would free each of them is blocked; otherwise nil.
func (o *execution) holds() (list []Hold) {
	for i := range o.plan.Ops {
		op := &o.plan.Ops[i]
		if op.Verb != ops.Alloc || !o.done[i] || o.Live(op.Name) == nil {
			continue
		}
		free := slices.IndexFunc(o.plan.Ops[i:], func(k ops.Op) bool { return k.Verb == ops.Free && k.Name == op.Name })
		if free < 0 {
			return nil
		}
		if !o.begun[i+free] {
			list = append(list, Hold{o.plan.Ops[i+free].CPU, op.Name, op.Page})
		}
	}
	return list
}

// circle lists each CPU of a deadlock, the buffers that it holds, and its wait.
func (o *execution) circle(f *Failure) string {
	var lines []string
	for _, w := range f.Waits {
		text, held := fmt.Sprintf("cpu%d ", w.CPU), f.Held(w.CPU)
		if held != "" {
			text += "holds " + held + " and "
		}
		if i := o.on[w.CPU]; i >= 0 && o.plan.Ops[i].Verb == ops.Alloc {
			lines = append(lines, text+"waits for a buffer for "+o.plan.Ops[i].Name)
		} else {
			lines = append(lines, text+w.Text())
		}
	}
	return strings.Join(lines, "; ")
}

// Held names the buffers that a CPU holds in a hold-and-wait deadlock, "a and b", or nothing.
func (f *Failure) Held(cpu int) string {
	var names []string
	for _, h := range f.Holds {
		if h.CPU == cpu {
			names = append(names, h.Name)
		}
	}
	return strings.Join(names, " and ")
}

// underWay lists the operation that each CPU is in.
func (o *execution) underWay() string {
	var lines []string
	for id, i := range o.on {
		if i >= 0 {
			lines = append(lines, fmt.Sprintf("cpu%d is at %v", id, &o.plan.Ops[i]))
		}
	}
	return strings.Join(lines, "; ")
}
