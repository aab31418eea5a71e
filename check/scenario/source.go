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

// Options say what scenarios may hold.
type Options struct {
	Seed      uint64
	CPUs      int               // 2 to 4; 0 lets it vary
	Set       allocators.Tuning // tunables that are given; the rest vary
	First     int               // operations of each CPU of the fixed scenarios; 0 is all
	Speculate bool              // TLBs fill for pages that no instruction touches
}

// Source makes the scenarios of one design. It is read-only once made.
type Source struct {
	d            *allocators.Design
	opt          Options
	refs, global int // 1 where the design can
	sysctls      []allocators.Tunable
	kva          int // a window in which the design can be built, with small tunables
}

// NewSource looks what the design can do. base is any machine.
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

// measure finds the smallest window in which the design can be built for as many CPUs as random scenarios have.
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

// What else bounds a scenario: a run of more operations would seem to have no end, and each run makes its pages anew.
const (
	maxOps   = 200
	maxPages = 1024
)

// maxRandomCPUs bounds random scenarios.
const maxRandomCPUs = 4

// maxCPUs bounds a scenario: what goes wrong with many CPUs goes wrong with few, and the orders of many are too many.
const maxCPUs = 8

// Fits reports, as one line with its place, what a scenario asks for that the design cannot do.
func (s *Source) Fits(t *ops.Trace) error {
	if len(t.Ops) > maxOps {
		return fmt.Errorf("%s:%d: %d operations: expected at most %d: every order of more would never be tried", t.File, t.Ops[maxOps].Line, len(t.Ops), maxOps)
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
		case op.Verb == ops.Ref && s.refs == 0:
			lacks = "has no references"
		case op.Verb == ops.Global && s.global == 0:
			lacks = "cannot make a buffer global"
		case op.Verb == ops.Sysctl && !s.changes(op):
			lacks = "has no such tunable that can be changed so while it runs"
		}
		if lacks != "" {
			return fmt.Errorf("%s:%d: %v: %s %s", t.File, op.Line, op, s.d.Name, lacks)
		}
	}
	return nil
}

// changes reports whether the sysctl of op is one that the design takes.
func (s *Source) changes(op *ops.Op) bool {
	for _, k := range s.sysctls {
		if k.Name == op.Name {
			_, err := k.Parse(op.Text)
			return err == nil
		}
	}
	return false
}
