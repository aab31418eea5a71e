package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Options are the options of a replay.
type Options struct {
	Probe mmu.Probe // receives every event, or nil
	Live  *smp.Live // run on real threads, one operation at a time, or nil
	// KVAPages is the window of kernel addresses; 0 is the machine's default.
	KVAPages int
	// After, if set, is called after each operation, on its CPU, with the session, which it must not change.
	After func(c *mmu.CPU, op *Op, s *Session)
}

// Replay is ReplayContext without a context.
func Replay(t *Trace, spec *mmu.Spec, d *allocators.Design, tune allocators.Tuning, opt Options) (*Result, error) {
	return ReplayContext(context.Background(), t, spec, d, tune, opt)
}

// ReplayContext runs a trace against one design on a fresh machine, strictly in file order. An operation that is not
// possible is an error at its line (one that would wait forever wraps *smp.DeadlockError); stale accesses and other
// findings are counted and reported in the result. When the context ends, the replay ends before the next operation.
func ReplayContext(
	ctx context.Context, t *Trace, spec *mmu.Spec, d *allocators.Design, tune allocators.Tuning, opt Options,
) (*Result, error) {
	s, err := start(t, spec, d, tune, opt)
	if err != nil {
		return nil, err
	}
	r, m := &replay{Session: s, t: t, opt: opt}, s.m
	r.stale = func(op *Op, text string) { r.report(op, mmu.StaleAccess, text) }
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

// start makes the machine, the design and the session of a replay.
func start(t *Trace, spec *mmu.Spec, d *allocators.Design, tune allocators.Tuning, opt Options) (*Session, error) {
	m, err := mmu.New(spec, mmu.Options{CPUs: t.CPUs, Pages: t.Pages, KVAPages: opt.KVAPages, Probe: opt.Probe, Config: smp.Config{Live: opt.Live}})
	if err != nil {
		return nil, err
	}
	a, err := d.New(m, tune)
	if err != nil {
		return nil, err
	}
	s := NewSession(m, d, a)
	s.out.Alloc, s.out.Ops = d.Name, len(t.Ops)
	return s, nil
}

// maxReports is the number of findings that a replay reports one by one; it counts all.
const maxReports = 10000

// replay is a trace being run through a Session.
type replay struct {
	*Session
	t   *Trace
	opt Options
	at  *Op
}

// step executes one operation on its CPU.
func (r *replay) step(c *mmu.CPU) error {
	kept := len(r.m.Findings())
	if err := r.Do(c, r.at); err != nil {
		return err
	}
	for _, f := range r.m.Findings()[kept:] {
		r.report(r.at, f.Kind, f.Text)
	}
	r.out.Cycles = c.Now()
	if r.opt.After != nil {
		r.opt.After(c, r.at, r.Session)
	}
	return nil
}

// report records a finding of an operation.
func (r *replay) report(op *Op, kind mmu.FindingKind, text string) {
	if len(r.out.Reports) < maxReports {
		r.out.Reports = append(r.out.Reports, fmt.Sprintf("%s:%d: %s: %s", r.t.File, op.Line, kind, text))
	}
}

// explain adds the line to an error that ended the replay.
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
		if w.CPU == r.at.CPU && w.Kind == smp.WaitWakeup {
			why = cmp.Or(w.Queue.Why, w.Text()) + "; free one before it, or add nowait"
		}
	}
	msg := fmt.Sprintf("%s:%d: would block: %s", r.t.File, r.at.Line, why)
	return &blocked{msg: msg, cause: dead}
}

// blocked is an operation that would sleep or spin forever.
type blocked struct {
	msg   string
	cause *smp.DeadlockError
}

func (b *blocked) Error() string { return b.msg }
func (b *blocked) Unwrap() error { return b.cause }
