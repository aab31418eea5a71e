package ops

import (
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
	// After, if set, is called after each operation, on its CPU, with the handles that are live; it must not act on them.
	After func(c *mmu.CPU, op *Op, live map[string]allocators.Buf)
}

// Replay runs a trace against one design on a fresh machine, strictly in file order. An operation that cannot be done is
// an error at its line; stale accesses and other findings are counted and reported in the result.
func Replay(t *Trace, spec *mmu.Spec, d *allocators.Design, tune allocators.Tuning, opt Options) (*Result, error) {
	m, err := mmu.New(spec, mmu.Options{CPUs: t.CPUs, Pages: t.Pages, Probe: opt.Probe})
	if err != nil {
		return nil, err
	}
	a, err := d.New(m, tune)
	if err != nil {
		return nil, err
	}
	r := &replay{t: t, m: m, d: d, a: a, opt: opt, out: &Result{Alloc: d.Name, Ops: len(t.Ops)}}
	r.live, r.refs, r.held = make(map[string]allocators.Buf), make(map[string]int), make(map[string]mmu.KVA)
	err = m.Serial(len(t.Ops), func(i int) (int, func(*mmu.CPU) error) {
		r.at = &t.Ops[i]
		return r.at.CPU, r.step
	})
	if err != nil {
		return nil, r.explain(err)
	}
	r.out.count(m)
	return r.out, nil
}

type replay struct {
	t    *Trace
	m    *mmu.Machine
	d    *allocators.Design
	a    allocators.Allocator
	opt  Options
	at   *Op
	live map[string]allocators.Buf
	refs map[string]int
	held map[string]mmu.KVA // names whose address the oracles know
	out  *Result
}

// step does one operation on its CPU.
func (r *replay) step(c *mmu.CPU) error {
	before := len(r.m.Findings())
	if err := r.do(c, r.at); err != nil {
		return err
	}
	for _, f := range r.m.Findings()[before:] {
		r.out.Reports = append(r.out.Reports, fmt.Sprintf("%s:%d: %s: %s", r.t.File, r.at.Line, f.Kind, f.Text))
	}
	r.out.Cycles = c.Now()
	if r.opt.After != nil {
		r.opt.After(c, r.at, r.live)
	}
	return nil
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
	}
	b := r.live[op.Name]
	if b == nil {
		return fmt.Errorf("%s is not allocated: its alloc failed", op.Name)
	}
	switch op.Verb {
	case Load:
		c.Load(r.kva(c, b, op.Name), b.Page())
	case Store:
		c.Store(r.kva(c, b, op.Name), b.Page())
	case KVA:
		r.kva(c, b, op.Name)
	case Free:
		r.free(c, b, op.Name)
	case Ref:
		k, ok := r.a.(allocators.Referencer)
		if !ok {
			return fmt.Errorf("%s has no references: expected no ref", r.d.Name)
		}
		k.Ref(c, b)
		r.refs[op.Name]++
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
	writes := c.N.PTEWrites
	b, err := r.a.Alloc(c, r.m.Page(op.Page), op.Flags)
	switch {
	case errors.Is(err, allocators.ErrNoBuf) && op.Flags&allocators.NoWait != 0:
		r.out.Failed++
		return nil
	case err != nil:
		return err
	}
	r.out.Allocs++
	if c.N.PTEWrites == writes {
		r.out.Reuses++
	}
	r.live[op.Name] = b
	return nil
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
	if _, known := r.held[name]; !known {
		r.held[name] = kva
		r.m.Promise(c, kva, b.Page())
	}
	return kva
}

func (r *replay) free(c *mmu.CPU, b allocators.Buf, name string) {
	r.out.Frees++
	if r.refs[name] > 0 {
		r.refs[name]--
	} else {
		if kva, known := r.held[name]; known {
			r.m.Release(c, kva)
		}
		delete(r.live, name)
		delete(r.held, name)
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
		if rest, ok := strings.CutPrefix(w, fmt.Sprintf("cpu%d ", r.at.CPU)); ok {
			why = rest[strings.LastIndex(rest, ": ")+1:]
		}
	}
	return &blocked{msg: fmt.Sprintf("%s:%d: would block: %s; free one before it, or add nowait", r.t.File, r.at.Line, strings.TrimSpace(why)), cause: dead}
}

// blocked is an operation that would sleep or spin for ever.
type blocked struct {
	msg   string
	cause *smp.DeadlockError
}

func (b *blocked) Error() string { return b.msg }
func (b *blocked) Unwrap() error { return b.cause }
