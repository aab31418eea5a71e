package smp

import (
	"runtime"

	"lwbench/mmu/smp/host"
)

// What follows is called by designs whose sources package instrument has rewritten: each access to data that others may
// reach goes through Read, Written, Assign or Synced, each allocation through Made. In other programs no one calls it.

// current is the CPU whose code runs on this goroutine in an exploration, and the System that is being built on it.
func current() (c *CPU, s *System) {
	c, s = onGoroutine()
	if c != nil && (c.sys.cur != c || c.sys.explored.muted > 0) {
		return nil, nil // a harness looks at the design while no CPU acts
	}
	return c, s
}

// access is one access of the running CPU: a choice point, and then the access.
func access(p, size uintptr, write bool, skip int) {
	c, _ := current()
	if c == nil {
		return
	}
	x := c.sys.explored
	if c.points && !c.charges {
		c.yield()
	}
	if x.tr != nil {
		x.tr.Touch(x.names.of(p, size, c), int(size), write)
	}
	if x.races != nil {
		var pcs [1]uintptr
		runtime.Callers(skip+2, pcs[:])
		x.races.access(c, p, size, write, pcs[0])
	}
}

// accessed is access of *p by the caller's caller.
//
//go:noinline
func accessed[T any](p *T, write bool) {
	at, size := host.Address(p)
	access(at, size, write, 2)
}

// Read returns *p, which the running CPU reads here.
//
//go:noinline
func Read[T any](p *T) T {
	accessed(p, false)
	return *p
}

// Looked returns p, of which a method reads.
//
//go:noinline
func Looked[T any](p *T) *T {
	accessed(p, false)
	return p
}

// Written returns p, which is written next.
//
//go:noinline
func Written[T any](p *T) *T {
	accessed(p, true)
	return p
}

// integer is what Update changes.
type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Update returns what does *p op= v in two steps, as a processor does: it reads *p, and then writes the result. op is the
// operator without its =.
func Update[T integer](p *T, op string) func(T) {
	return func(v T) {
		accessed(p, false)
		was := *p
		accessed(p, true)
		switch op {
		case "+":
			was += v
		case "-":
			was -= v
		case "|":
			was |= v
		case "&":
			was &= v
		case "&^":
			was &^= v
		case "^":
			was ^= v
		default:
			panic("smp: instrumented with an operator that Update does not know: " + op)
		}
		*p = was
	}
}

// Updated returns p, which a method or another operator reads and writes: a choice point before each, both before it happens.
//
//go:noinline
func Updated[T any](p *T) *T {
	accessed(p, false)
	accessed(p, true)
	return p
}

// Assign returns what stores into *p. The choice point comes after the value has been worked out.
func Assign[T any](p *T) func(T) {
	return func(v T) {
		accessed(p, true)
		*p = v
	}
}

// Synced returns p, on which an atomic operation follows.
func Synced[T any](p *T, write bool) *T {
	c, _ := current()
	if c == nil {
		return p
	}
	if c.points && !c.charges {
		c.yield()
	}
	at, size := host.Address(p)
	c.synced(at, size, write)
	return p
}

// Made returns p, which has just been allocated.
func Made[T any](p *T) *T {
	at, size := host.Address(p)
	made(at, size, p)
	return p
}

// MadeSlice returns s, whose array may have just been allocated.
func MadeSlice[S ~[]T, T any](s S) S {
	if at, size := host.Array([]T(s)); size > 0 {
		made(at, size, s)
	}
	return s
}

func made(base, size uintptr, keep any) {
	c, s := current()
	if s == nil {
		return
	}
	x := s.explored
	if x == nil {
		return
	}
	if x.tr != nil {
		x.names.add(base, size, keep, c)
	} else if x.races != nil {
		x.races.kept = append(x.races.kept, keep)
	}
}

// Timed returns v, which depends on the time.
func Timed[T any](v T) T {
	if c, _ := current(); c != nil && c.sys.explored.tr != nil {
		c.sys.explored.tr.ReadsClock()
	}
	return v
}

// Name names data of the machine's own, before the run.
func Name[T any](s *System, p *T) {
	if x := s.explored; x != nil && x.tr != nil {
		at, size := host.Address(p)
		x.names.add(at, size, p, nil)
	}
}

// Look allows a harness to call a design's code as an observer: none of the accesses in it is a step.
func (s *System) Look(f func()) {
	if s.explored == nil {
		f()
		return
	}
	s.explored.muted++
	f()
	s.explored.muted--
}

// Boot runs f, which builds a design on s before the run, so that what it allocates has a name.
func (s *System) Boot(f func()) {
	if s.explored == nil || s.explored.tr == nil {
		f()
		return
	}
	bind(nil, s)
	f()
	bind(nil, nil)
}
