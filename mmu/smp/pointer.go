package smp

import (
	"sync/atomic"

	"lwbench/mmu/smp/host"
)

// Pointer is a shared pointer in a cache line of its own that readers follow without a lock, as under RCU: a writer publishes
// a new value and never changes the one that readers may hold. The zero value is nil.
type Pointer[T any] struct {
	line Line
	p    atomic.Pointer[T]
}

// trace says that the present step of a traced run is an atomic operation on p.
func (p *Pointer[T]) trace(c *CPU, write bool) {
	if c.sys.explored.traced() {
		at, size := host.Address(p)
		c.synced(at, size, write)
	}
}

// Load is rcu_dereference: an ordered point charged as CPU.Touch.
func (p *Pointer[T]) Load(c *CPU) *T {
	if c.now >= c.horizon && c.yield() {
		return p.p.Load()
	}
	p.trace(c, false)
	v := p.p.Load()
	c.Touch(&p.line, false)
	return v
}

// Store is rcu_assign_pointer: an ordered point charged as CPU.Touch. Writers exclude each other by a lock.
func (p *Pointer[T]) Store(c *CPU, v *T) {
	if c.now >= c.horizon && c.yield() {
		p.p.Store(v)
		return
	}
	p.trace(c, true)
	p.p.Store(v)
	c.Touch(&p.line, true)
}

// Peek returns the value free of charge: for the writer that holds the lock.
func (p *Pointer[T]) Peek() *T { return p.p.Load() }

// Set gives the pointer a value before any CPU runs.
func (p *Pointer[T]) Set(v *T) { p.p.Store(v) }
