package scenario

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/mmu"
)

// Options limits the scenarios.
type Options struct {
	Seed      uint64
	CPUs      int               // 2 to 4; 0 lets it vary
	Set       allocators.Tuning // given tunables; the others vary
	First     int               // operations of each CPU of the fixed scenarios; 0 is all
	Speculate bool              // TLBs fill for pages that no instruction touches
}

// Source makes the scenarios of one design. It is read-only after its creation.
type Source struct {
	d            *allocators.Design
	opt          Options
	refs, global int // 1 if the design supports them
	unalias      int // the same
	sysctls      []allocators.Tunable
	kva          int // a window in which the design can be built, with small tunables
}

// NewSource determines the abilities of the design. base is any machine.
func NewSource(d *allocators.Design, base *mmu.Spec, opt Options) (*Source, error) {
	m, err := mmu.New(base, mmu.Options{CPUs: 1})
	if err != nil {
		return nil, err
	}
	a, err := d.New(m, opt.Set)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	s := &Source{d: d, opt: opt}
	if err := s.measure(base); err != nil {
		return nil, err
	}
	if _, ok := a.(allocators.Referencer); ok {
		s.refs = 1
	}
	if _, ok := a.(allocators.Globaler); ok {
		s.global = 1
	}
	if d.UnmapsAliases {
		s.unalias = 1
	}
	if k, ok := a.(allocators.Sysctler); ok {
		err = m.Run(func(c *mmu.CPU) error {
			for _, t := range d.Tunables {
				if k.Sysctl(c, t.Name, t.Default) == nil {
					s.sysctls = append(s.sysctls, t)
				}
			}
			return nil
		})
	}
	return s, err
}

// measure finds the smallest window in which the design can be built for the CPUs of random scenarios.
func (s *Source) measure(base *mmu.Spec) error {
	c := &interleave.Config{Spec: base, Design: s.d, Tune: tuning(s.d, s.opt.Set, rand.New(calm{}))}
	t := &ops.Trace{File: "a scenario", CPUs: maxRandomCPUs, Pages: 1}
	for s.kva = kvaPages; ; s.kva = min(2*s.kva, mmu.DefaultKVAPages) {
		c.KVAPages = s.kva
		err := fits(c, t)
		if err == nil || !errors.Is(err, mmu.ErrNoKVA) || s.kva == mmu.DefaultKVAPages {
			return err
		}
	}
}

func (s *Source) speculate() []ops.HeaderLine {
	if !s.opt.Speculate {
		return nil
	}
	return []ops.HeaderLine{{Key: "speculate", Text: "yes"}}
}

// Limits on a scenario. A longer run would look like a livelock, and each run allocates its pages again.
const (
	maxOps   = 200
	maxPages = 1024
)

// maxRandomCPUs bounds random scenarios.
const maxRandomCPUs = 4

// maxCPUs bounds a scenario: bugs show up with few CPUs, and the state space grows too fast with many.
const maxCPUs = 8

// Fits reports, in one line with its place, an operation of a scenario that the design cannot do.
func (s *Source) Fits(t *ops.Trace) error {
	if len(t.Ops) > maxOps {
		return fmt.Errorf("%s:%d: %d operations: expected at most %d: longer scenarios cannot be searched in every order", t.File, t.Ops[maxOps].Line, len(t.Ops), maxOps)
	}
	if t.Pages > maxPages {
		return fmt.Errorf("%s: %d pages: expected at most %d", t.File, t.Pages, maxPages)
	}
	if t.CPUs > maxCPUs {
		return fmt.Errorf("%s: %d CPUs: expected at most %d", t.File, t.CPUs, maxCPUs)
	}
	if s.d.CPUPrivate {
		if err := s.fitsPrivate(t); err != nil {
			return err
		}
	}
	for i := range t.Ops {
		op := &t.Ops[i]
		lacks := ""
		switch {
		case op.Interrupt() && op.Verb == ops.Alloc && op.Flags&allocators.NoWait == 0:
			return fmt.Errorf("%s:%d: %v: an interrupt cannot sleep: expected nowait", t.File, op.Line, op)
		case op.Interrupt() && op.Verb == ops.Unalias:
			return fmt.Errorf("%s:%d: %v: an interrupt cannot wait for other CPUs: expected a thread", t.File, op.Line, op)
		case op.Verb == ops.Unalias && s.unalias == 0:
			lacks = "cannot drop aliases"
		case op.Verb == ops.Ref && s.refs == 0:
			lacks = "has no references"
		case op.Verb == ops.Global && s.global == 0:
			lacks = "cannot make a buffer global"
		case op.Verb == ops.Sysctl && !s.changes(op):
			lacks = "has no such tunable, or it cannot be set to that at run time"
		}
		if lacks != "" {
			return fmt.Errorf("%s:%d: %v: %s %s", t.File, op.Line, op, s.d.Name, lacks)
		}
	}
	return nil
}

// changes reports whether the design accepts the sysctl of op.
func (s *Source) changes(op *ops.Op) bool {
	for _, k := range s.sysctls {
		if k.Name == op.Name {
			_, err := k.Parse(op.Text)
			return err == nil
		}
	}
	return false
}
