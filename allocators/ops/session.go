package ops

import (
	"errors"
	"fmt"
	"slices"

	"lwbench/allocators"
	"lwbench/allocators/handle"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Session executes operations of a trace on a machine, one by one or from several CPUs at once, and keeps the named
// buffers.
type Session struct {
	// Loose is for CPUs that proceed independently: an alloc may find nothing free whatever its flags, since its
	// order is not the trace's; and a buffer that was made global is used on any CPU without asking for its address
	// again.
	Loose bool

	m     *mmu.Machine
	d     *allocators.Design
	a     allocators.Allocator
	live  live
	spare []*Live // at most maxSpare; the first used of them are this session's
	used  int
	out   *Result
	pages map[int]*pageUse          // by page, if the design drops aliases
	stack [][]string                // by CPU, live names in order of allocation, if the design is CPUPrivate
	stale func(op *Op, text string) // called for stale accesses that the machine does not keep, or nil
}

// NewSession starts with no buffers. a is the running allocator of d on m.
func NewSession(m *mmu.Machine, d *allocators.Design, a allocators.Allocator) *Session {
	s := new(Session)
	s.Renew(m, d, a)
	return s
}

// Renew makes s what NewSession returns, in its memory: for one short run after another.
func (s *Session) Renew(m *mmu.Machine, d *allocators.Design, a allocators.Allocator) {
	*s = Session{m: m, d: d, a: a, out: s.out, live: s.live, spare: s.spare, stack: slices.Grow(s.stack[:0], m.NCPU())[:m.NCPU()]}
	if s.out == nil {
		s.out = new(Result)
	}
	*s.out = Result{}
	s.live.clear()
	for i, list := range s.stack {
		s.stack[i] = list[:0]
	}
}

// Live returns the buffer of that name, or nil when it is not live.
func (s *Session) Live(name string) *Live { return s.live.get(name) }

// NumLive returns the number of live buffers.
func (s *Session) NumLive() int { return s.live.len() }

// Do executes one operation on its CPU. An error means that it is not possible: the design lacks the ability, or
// Alloc returned an error that the operation does not allow.
func (s *Session) Do(c *mmu.CPU, op *Op) error {
	switch op.Verb {
	case Alloc:
		return s.alloc(c, op)
	case Work:
		c.Charge(smp.CostWork, mmu.Cycles(op.Work))
		return nil
	case At: // ReplayOpen handles the time
		return nil
	case Switch:
		s.switchOut(c)
		return nil
	case Sysctl:
		return SetTunable(c, s.d, s.a, op)
	case Signal:
		c.Signal(op.To)
		return nil
	case Unalias:
		return s.unalias(c)
	}
	b := s.live.get(op.Name)
	if b == nil {
		return fmt.Errorf("%s is not allocated: its alloc failed", op.Name)
	}
	if s.d.CPUPrivate {
		if err := s.private(c, op, b); err != nil {
			return err
		}
	}
	switch op.Verb {
	case Load, Store:
		s.access(c, b, op)
	case KVA:
		b.Ask(c)
	case Free:
		s.drop(c, b, op.Name)
	case Ref:
		k, ok := s.a.(allocators.Referencer)
		if !ok {
			return fmt.Errorf("%s has no references: expected no ref", s.d.Name)
		}
		k.Ref(c, b.Buf)
		b.refs++
	case Global:
		k, ok := s.a.(allocators.Globaler)
		if !ok {
			return fmt.Errorf("%s cannot make a buffer global: expected no global", s.d.Name)
		}
		k.SetGlobal(c, b.Buf)
		if s.Loose { // from here on the address is valid everywhere, and no CPU asks
			b.Ask(c)
			b.global = true
		}
	}
	return nil
}

func (s *Session) alloc(c *mmu.CPU, op *Op) error {
	if old := s.live.get(op.Name); old != nil {
		return fmt.Errorf("%s is already allocated (line %d): expected a free before it", op.Name, old.line)
	}
	use := s.use(op.Page)
	use.begin()
	h, reused, err := handle.Alloc(c, s.a, s.m.Page(op.Page), op.Flags)
	if err != nil {
		use.end()
	}
	switch {
	case s.mayFail(op, err):
		s.out.Failed++
		return nil
	case err != nil:
		return err
	}
	s.out.Allocs++
	if reused {
		s.out.Reuses++
	}
	s.live.add(op.Name, s.newLive(Live{Handle: h, line: op.Line, home: c.ID()}))
	if s.d.CPUPrivate {
		s.stack[c.ID()] = append(s.stack[c.ID()], op.Name)
	}
	return nil
}

// maxSpare is how many buffers the next session finds memory of: those of a short run.
const maxSpare = 32

// newLive returns a new b, in the memory of a session before if there is some.
func (s *Session) newLive(b Live) *Live {
	if s.used == maxSpare {
		own := b // not &b: b would be allocated for each buffer
		return &own
	}
	if s.used == len(s.spare) {
		s.spare = append(s.spare, new(Live))
	}
	at := s.spare[s.used]
	s.used++
	*at = b
	return at
}

// private rejects an operation that a CPUPrivate design does not allow, and records frees.
func (s *Session) private(c *mmu.CPU, op *Op, b *Live) error {
	own := &s.stack[c.ID()]
	switch last := len(*own) - 1; {
	case b.home != c.ID():
		return fmt.Errorf("%s is cpu%d's: mappings of %s are private to their CPU", op.Name, b.home, s.d.Name)
	case op.Verb == Free && (*own)[last] != op.Name:
		return fmt.Errorf("%s is not the last mapping of cpu%d: expected a free of %s first, as mappings of %s are a stack",
			op.Name, c.ID(), (*own)[last], s.d.Name)
	case op.Verb == Free:
		*own = (*own)[:last]
	}
	return nil
}

// switchOut runs another thread on c, in another address space, and returns.
func (s *Session) switchOut(c *mmu.CPU) {
	k, ok := s.a.(allocators.Switcher)
	if !ok {
		c.SwitchAddressSpace()
		return
	}
	var out []*Live
	for _, name := range s.live.names() {
		if b := s.live.get(name); b.AskedBy(c) {
			out = append(out, b)
			b.Suspend(c)
		}
	}
	k.SwitchOut(c)
	c.SwitchAddressSpace()
	k.SwitchIn(c)
	for _, b := range out {
		b.Resume(c)
	}
}

// mayFail reports whether the operation allows err.
func (s *Session) mayFail(op *Op, err error) bool {
	switch {
	case errors.Is(err, allocators.ErrNoBuf):
		return s.Loose || op.Flags&allocators.NoWait != 0
	case errors.Is(err, smp.ErrInterrupted):
		return s.d.Catches || op.Flags&allocators.Catch != 0
	}
	return false
}

// access loads or stores. The machine keeps only its first findings; s.stale receives later stale accesses.
func (s *Session) access(c *mmu.CPU, b *Live, op *Op) {
	kva, _ := b.KVA()
	if !b.global {
		kva = b.Ask(c)
	}
	kept, stale := len(s.m.Findings()), c.N.Stale
	verb := "read"
	if op.Verb == Store {
		verb = "wrote"
	}
	b.Access(c, op.Verb == Store)
	if c.N.Stale > stale && s.stale != nil && len(s.m.Findings()) == kept {
		got, _ := s.m.PeekTLB(c.ID(), kva)
		s.stale(op, fmt.Sprintf("cpu%d %s %v through %v, was promised %v", c.ID(), verb, got, kva, b.Page))
	}
}

// drop drops one reference. The name is free before the allocator's code runs, which other CPUs may overtake.
func (s *Session) drop(c *mmu.CPU, b *Live, name string) {
	s.out.Frees++
	if b.refs > 0 {
		b.refs--
		s.a.Free(c, b.Buf)
		return
	}
	b.Release(c)
	b.freed = true
	s.live.remove(name)
	s.a.Free(c, b.Buf)
	s.use(b.Page.ID()).freed(c, &b.Handle)
}
