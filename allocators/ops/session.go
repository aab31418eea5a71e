package ops

import (
	"errors"
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Session does operations of a trace on a machine, one by one or from several CPUs at once, and keeps book of the buffers that
// they name.
type Session struct {
	// Loose lets an alloc find nothing free whatever its flags: where CPUs go at their own pace that is not in the trace's hands.
	Loose bool

	m     *mmu.Machine
	d     *allocators.Design
	a     allocators.Allocator
	live  map[string]allocators.Buf
	book  map[string]*entry // beside live, name by name
	out   *Result
	stale func(op *Op, text string) // told of stale accesses that the machine does not keep, or nil
}

// entry is what a Session knows of a live buffer.
type entry struct {
	line  int // of its alloc
	refs  int // beyond the first
	kva   mmu.KVA
	known bool // the oracles know kva
}

// NewSession begins with no buffer. a is d at work on m.
func NewSession(m *mmu.Machine, d *allocators.Design, a allocators.Allocator) *Session {
	return &Session{
		m: m, d: d, a: a, out: &Result{},
		live: make(map[string]allocators.Buf), book: make(map[string]*entry),
	}
}

// Buf returns the buffer of that name, or nil when it is not live.
func (s *Session) Buf(name string) allocators.Buf { return s.live[name] }

// Live returns how many buffers are live.
func (s *Session) Live() int { return len(s.live) }

// Asked returns the address of the live buffer of that name, and whether anybody has asked for it.
func (s *Session) Asked(name string) (kva mmu.KVA, ok bool) {
	e := s.book[name]
	if e == nil {
		return 0, false
	}
	return e.kva, e.known
}

// Do does one operation on its CPU. An error is that it cannot be done: the design lacks the ability, or Alloc gave an error that
// the operation has not asked for.
func (s *Session) Do(c *mmu.CPU, op *Op) error {
	switch op.Verb {
	case Alloc:
		return s.alloc(c, op)
	case Work:
		c.Charge(smp.CostWork, mmu.Cycles(op.Work))
		return nil
	case Switch:
		c.SwitchAddressSpace()
		return nil
	case Sysctl:
		return SetTunable(c, s.d, s.a, op)
	case Signal:
		c.Signal(op.To)
		return nil
	}
	b := s.live[op.Name]
	if b == nil {
		return fmt.Errorf("%s is not allocated: its alloc failed", op.Name)
	}
	switch op.Verb {
	case Load, Store:
		s.access(c, b, op)
	case KVA:
		s.kva(c, b, op.Name)
	case Free:
		s.drop(c, b, op.Name)
	case Ref:
		k, ok := s.a.(allocators.Referencer)
		if !ok {
			return fmt.Errorf("%s has no references: expected no ref", s.d.Name)
		}
		k.Ref(c, b)
		s.book[op.Name].refs++
	case Global:
		k, ok := s.a.(allocators.Globaler)
		if !ok {
			return fmt.Errorf("%s cannot make a buffer global: expected no global", s.d.Name)
		}
		k.SetGlobal(c, b)
	}
	return nil
}

func (s *Session) alloc(c *mmu.CPU, op *Op) error {
	if old := s.book[op.Name]; old != nil {
		return fmt.Errorf("%s is allocated already (line %d): expected a free before it", op.Name, old.line)
	}
	writes := c.N.PTEWrites
	b, err := s.a.Alloc(c, s.m.Page(op.Page), op.Flags)
	switch {
	case s.mayFail(op, err):
		s.out.Failed++
		return nil
	case err != nil:
		return err
	}
	s.out.Allocs++
	if c.N.PTEWrites == writes {
		s.out.Reuses++
	}
	s.live[op.Name], s.book[op.Name] = b, &entry{line: op.Line}
	return nil
}

// mayFail reports whether err is an answer that the operation has asked for.
func (s *Session) mayFail(op *Op, err error) bool {
	switch {
	case errors.Is(err, allocators.ErrNoBuf):
		return s.Loose || op.Flags&allocators.NoWait != 0
	case errors.Is(err, smp.ErrInterrupted):
		return op.Flags&allocators.Catch != 0
	}
	return false
}

// access loads or stores. The machine keeps its first findings only; of those after them, stale accesses are told here.
func (s *Session) access(c *mmu.CPU, b allocators.Buf, op *Op) {
	kva, kept, stale := s.kva(c, b, op.Name), len(s.m.Findings()), c.N.Stale
	verb := "read"
	if op.Verb == Load {
		c.Load(kva, b.Page())
	} else {
		verb = "wrote"
		c.Store(kva, b.Page())
	}
	if c.N.Stale > stale && s.stale != nil && len(s.m.Findings()) == kept {
		got, _ := s.m.PeekTLB(c.ID(), kva)
		s.stale(op, fmt.Sprintf("cpu%d %s %v through %v, was promised %v", c.ID(), verb, got, kva, b.Page()))
	}
}

// kva asks for the address, once for each operation, and tells the oracles what it promises while the buffer lives.
func (s *Session) kva(c *mmu.CPU, b allocators.Buf, name string) mmu.KVA {
	bit, note := mmu.NoMask, ""
	if s.m.Probed() {
		bit, note = trust(b, c.ID())
	}
	kva := b.KVA(c)
	if s.m.Probed() {
		s.m.Tell(&mmu.Event{Kind: mmu.KVACalled, CPU: c.ID(), At: c.Now(), KVA: kva, Page: b.Page(), Bit: bit, Note: note})
	}
	if e := s.book[name]; !e.known {
		e.kva, e.known = kva, true
		s.m.Promise(c, kva, b.Page())
	}
	return kva
}

// trust returns what a buffer's mask says of a CPU that asks for its address, also in words.
func trust(b allocators.Buf, cpu int) (bit mmu.MaskBit, note string) {
	k, ok := b.(allocators.Masked)
	if !ok {
		return mmu.NoMask, ""
	}
	mask := k.Mask()
	if mask.Has(cpu) {
		return mmu.BitSet, fmt.Sprintf("mask %v has its bit: it trusts its TLB", mask)
	}
	return mmu.BitClear, fmt.Sprintf("mask %v lacks its bit", mask)
}

func (s *Session) drop(c *mmu.CPU, b allocators.Buf, name string) {
	s.out.Frees++
	if e := s.book[name]; e.refs > 0 {
		e.refs--
	} else {
		if e.known {
			s.m.Release(c, e.kva)
		}
		delete(s.live, name)
		delete(s.book, name)
	}
	s.a.Free(c, b)
}
