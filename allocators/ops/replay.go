package ops

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Options are what a replay may be given beside its trace.
type Options struct {
	Probe mmu.Probe // told of every event, or nil
	Live  *smp.Live // run on real threads, one operation at a time, or nil
	// After, if set, is called after each operation, on its CPU, with the handles that are live; it must not act on them.
	After func(c *mmu.CPU, op *Op, live map[string]allocators.Buf)
}

// Replay is ReplayContext without a context.
func Replay(t *Trace, spec *mmu.Spec, d *allocators.Design, tune allocators.Tuning, opt Options) (*Result, error) {
	return ReplayContext(context.Background(), t, spec, d, tune, opt)
}

// ReplayContext runs a trace against one design on a fresh machine, strictly in file order. An operation that cannot be
// done is an error at its line (one that would wait for ever wraps *smp.DeadlockError); stale accesses and other findings
// are counted and reported in the result. A context that ends ends the replay before the next operation.
func ReplayContext(
	ctx context.Context, t *Trace, spec *mmu.Spec, d *allocators.Design, tune allocators.Tuning, opt Options,
) (*Result, error) {
	m, err := mmu.New(spec, mmu.Options{CPUs: t.CPUs, Pages: t.Pages, Probe: opt.Probe, Live: opt.Live})
	if err != nil {
		return nil, err
	}
	a, err := d.New(m, tune)
	if err != nil {
		return nil, err
	}
	r := &replay{
		t: t, m: m, d: d, a: a, opt: opt, out: &Result{Alloc: d.Name, Ops: len(t.Ops)},
		live: make(map[string]allocators.Buf), book: make(map[string]*entry),
	}
	err = m.Serial(len(t.Ops), func(i int) (int, func(*mmu.CPU) error) {
		r.at = &t.Ops[i]
		if ctx.Err() != nil {
			return r.at.CPU, func(*mmu.CPU) error { return fmt.Errorf("replay stopped: %w", context.Cause(ctx)) }
		}
		return r.at.CPU, r.step
	})
	if err != nil {
		return nil, r.explain(err)
	}
	r.out.count(m)
	n := &r.out.Counters
	if unsaid := n.Stale + n.StaleRisk + n.Faults - int64(len(r.out.Reports)); unsaid > 0 {
		r.out.Reports = append(r.out.Reports, fmt.Sprintf("%s: and %d findings more", t.File, unsaid))
	}
	return r.out, nil
}

// maxReports is how many findings a replay tells one by one; it counts all.
const maxReports = 10000

type replay struct {
	t    *Trace
	m    *mmu.Machine
	d    *allocators.Design
	a    allocators.Allocator
	opt  Options
	free bool // the CPUs go at their own pace: what one finds is not in the trace's hands
	at   *Op
	live map[string]allocators.Buf
	book map[string]*entry // beside live, name by name
	out  *Result
}

// entry is what a replay knows of a live buffer.
type entry struct {
	line  int // of its alloc
	refs  int // beyond the first
	kva   mmu.KVA
	known bool // the oracles know kva
}

// step does one operation on its CPU.
func (r *replay) step(c *mmu.CPU) error {
	kept := len(r.m.Findings())
	if err := r.do(c, r.at); err != nil {
		return err
	}
	for _, f := range r.m.Findings()[kept:] {
		r.report(r.at, f.Kind, f.Text)
	}
	r.out.Cycles = c.Now()
	if r.opt.After != nil {
		r.opt.After(c, r.at, r.live)
	}
	return nil
}

// report tells a finding of an operation.
func (r *replay) report(op *Op, kind mmu.FindingKind, text string) {
	if len(r.out.Reports) < maxReports {
		r.out.Reports = append(r.out.Reports, fmt.Sprintf("%s:%d: %s: %s", r.t.File, op.Line, kind, text))
	}
}

func (r *replay) do(c *mmu.CPU, op *Op) error {
	switch op.Verb {
	case Alloc:
		return r.alloc(c, op)
	case Work:
		c.Charge(smp.CostWork, mmu.Cycles(op.Work))
		return nil
	case Switch:
		c.SwitchAddressSpace()
		return nil
	case Sysctl:
		return SetTunable(c, r.d, r.a, op)
	case Signal:
		c.Signal(op.To)
		return nil
	}
	b := r.live[op.Name]
	if b == nil {
		return fmt.Errorf("%s is not allocated: its alloc failed", op.Name)
	}
	switch op.Verb {
	case Load, Store:
		r.access(c, b, op)
	case KVA:
		r.kva(c, b, op.Name)
	case Free:
		r.drop(c, b, op.Name)
	case Ref:
		k, ok := r.a.(allocators.Referencer)
		if !ok {
			return fmt.Errorf("%s has no references: expected no ref", r.d.Name)
		}
		k.Ref(c, b)
		r.book[op.Name].refs++
	case Global:
		k, ok := r.a.(allocators.Globaler)
		if !ok {
			return fmt.Errorf("%s cannot make a buffer global: expected no global", r.d.Name)
		}
		k.SetGlobal(c, b)
	}
	return nil
}

func (r *replay) alloc(c *mmu.CPU, op *Op) error {
	if old := r.book[op.Name]; old != nil {
		return fmt.Errorf("%s is allocated already (line %d): expected a free before it", op.Name, old.line)
	}
	writes := c.N.PTEWrites
	b, err := r.a.Alloc(c, r.m.Page(op.Page), op.Flags)
	switch {
	case r.mayFail(op, err):
		r.out.Failed++
		return nil
	case err != nil:
		return err
	}
	r.out.Allocs++
	if c.N.PTEWrites == writes {
		r.out.Reuses++
	}
	r.live[op.Name], r.book[op.Name] = b, &entry{line: op.Line}
	return nil
}

// mayFail reports whether err is an answer that the operation has asked for.
func (r *replay) mayFail(op *Op, err error) bool {
	switch {
	case errors.Is(err, allocators.ErrNoBuf):
		return r.free || op.Flags&allocators.NoWait != 0
	case errors.Is(err, smp.ErrInterrupted):
		return op.Flags&allocators.Catch != 0
	}
	return false
}

// access loads or stores. The machine keeps its first findings only; of those after them, stale accesses are told here.
func (r *replay) access(c *mmu.CPU, b allocators.Buf, op *Op) {
	kva, kept, stale := r.kva(c, b, op.Name), len(r.m.Findings()), c.N.Stale
	verb := "read"
	if op.Verb == Load {
		c.Load(kva, b.Page())
	} else {
		verb = "wrote"
		c.Store(kva, b.Page())
	}
	if c.N.Stale > stale && len(r.m.Findings()) == kept {
		got, _ := r.m.PeekTLB(c.ID(), kva)
		r.report(op, mmu.StaleAccess, fmt.Sprintf("cpu%d %s %v through %v, was promised %v", c.ID(), verb, got, kva, b.Page()))
	}
}

// kva asks for the address, once for each operation, and tells the oracles what it promises while the buffer lives.
func (r *replay) kva(c *mmu.CPU, b allocators.Buf, name string) mmu.KVA {
	note := ""
	if k, ok := b.(allocators.Masked); ok && r.m.Probed() {
		note = "mask " + k.Mask().String() + " before"
	}
	kva := b.KVA(c)
	if r.m.Probed() {
		r.m.Tell(&mmu.Event{Kind: mmu.Asked, CPU: c.ID(), At: c.Now(), KVA: kva, Page: b.Page(), Note: note})
	}
	if e := r.book[name]; !e.known {
		e.kva, e.known = kva, true
		r.m.Promise(c, kva, b.Page())
	}
	return kva
}

func (r *replay) drop(c *mmu.CPU, b allocators.Buf, name string) {
	r.out.Frees++
	if e := r.book[name]; e.refs > 0 {
		e.refs--
	} else {
		if e.known {
			r.m.Release(c, e.kva)
		}
		delete(r.live, name)
		delete(r.book, name)
	}
	r.a.Free(c, b)
}

// explain puts the line in front of an error that ended the replay.
func (r *replay) explain(err error) error {
	if r.at == nil {
		return err
	}
	var dead *smp.DeadlockError
	if !errors.As(err, &dead) {
		return fmt.Errorf("%s:%d: %w", r.t.File, r.at.Line, err)
	}
	why := dead.Error()
	for _, w := range dead.Waits {
		if queue, ok := strings.CutPrefix(w, fmt.Sprintf("cpu%d waits for a wakeup on ", r.at.CPU)); ok {
			why = queue[strings.LastIndex(queue, ": ")+1:] + "; free one before it, or add nowait"
		}
	}
	msg := fmt.Sprintf("%s:%d: would block: %s", r.t.File, r.at.Line, strings.TrimSpace(why))
	return &blocked{msg: msg, cause: dead}
}

// blocked is an operation that would sleep or spin for ever.
type blocked struct {
	msg   string
	cause *smp.DeadlockError
}

func (b *blocked) Error() string { return b.msg }
func (b *blocked) Unwrap() error { return b.cause }
