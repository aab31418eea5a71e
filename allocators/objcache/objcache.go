package objcache

import (
	"errors"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// The tunables of every design that uses objcache. Sizes are in objects.
var (
	capacityKnob = allocators.Tunable{
		Name: "objcache.capacity", Doc: "objects in a magazine", Default: 64, Min: 4, Max: 4096,
	}
	limitKnob = allocators.Tunable{
		Name: "objcache.limit", Default: 0, Min: 0, Max: 1 << 20,
		Doc: "maximum number of objects; as in the kernel it is raised to 8 full magazines for each CPU, after halving these down to 16; 0: no limit",
	}
)

// Tunables returns the tunables that a design on objcache includes in its own.
func Tunables() []allocators.Tunable { return []allocators.Tunable{capacityKnob, limitKnob} }

// ErrExhausted is the error of a Get that reached the limit and may not wait.
var ErrExhausted = errors.New("the object cache's limit is reached")

// unlimited is the value of depot.unallocated in a cache without a limit.
const unlimited = -1

// magazine holds constructed objects, last in first out.
type magazine struct {
	rounds []any
	cap    int
}

func (m *magazine) full() bool  { return len(m.rounds) == m.cap }
func (m *magazine) empty() bool { return len(m.rounds) == 0 }

func (m *magazine) pop() any {
	last := len(m.rounds) - 1
	o := m.rounds[last]
	m.rounds = m.rounds[:last]
	return o
}

// percpu belongs to one CPU. Both magazines always exist.
type percpu struct {
	loaded, previous *magazine
	waiting          int
	made             smp.Word // objects constructed here minus those destructed here; for Audit, not charged
	_                [64]byte // keeps percpus out of each other's host cache lines
}

// count is one step that an interrupt cannot split.
func (p *percpu) count(n int64) { p.made.Set(p.made.Peek() + n) }

// depot is the one cluster behind all CPUs.
type depot struct {
	lock        smp.SpinLock
	line        smp.Line
	full, empty []*magazine
	unallocated int // objects that may still be constructed, or unlimited
	waiting     int
	waitq       smp.WaitQueue
}

// Cache is one object cache on one machine. Its methods may be called on any simulated CPU.
type Cache struct {
	name  string
	ctor  func(*mmu.CPU) (any, error)
	dtor  func(*mmu.CPU, any)
	cpus  []percpu
	depot depot
}

// New creates a cache (objcache_create). ctor constructs one object and may fail; dtor destructs it. t sets
// objcache.capacity and objcache.limit.
func New(m *mmu.Machine, name string, t allocators.Tuning, ctor func(*mmu.CPU) (any, error), dtor func(*mmu.CPU, any)) *Cache {
	ncpu := m.NCPU()
	capacity, limit, empties := size(int(t.Get(capacityKnob)), int(t.Get(limitKnob)), ncpu)
	o := mmu.Make(m, Cache{name: name, ctor: ctor, dtor: dtor, cpus: mmu.MakeSlice[percpu](m, ncpu)})
	magazines := newMagazines(m, 2*ncpu+empties, capacity)
	for i := range o.cpus {
		o.cpus[i].loaded, o.cpus[i].previous = magazines[2*i], magazines[2*i+1]
	}
	o.depot.lock.Kind = smp.TAS // struct spinlock until October 2011
	o.depot.lock.Name = mmu.MakeName(m, name, " depot")
	o.depot.waitq.Name = o.depot.lock.Name
	o.depot.unallocated = unlimited
	if limit > 0 {
		o.depot.unallocated = limit
	}
	o.depot.empty = magazines[2*ncpu:]
	return o
}

// newMagazines makes n empty magazines.
func newMagazines(m *mmu.Machine, n, capacity int) []*magazine {
	list, made, rounds := mmu.MakeSlice[*magazine](m, n), mmu.MakeSlice[magazine](m, n), mmu.MakeSlice[any](m, n*capacity)
	for i := range list {
		at := i * capacity
		made[i] = magazine{rounds: rounds[at : at : at+capacity], cap: capacity}
		list[i] = &made[i]
	}
	return list
}

// size applies the sizing rules of 2009. A limit should be at least 8 full magazines for each CPU; otherwise the capacity
// is halved, down to 16, and then the limit is raised. Without a limit the depot starts with two empty magazines.
func size(capacity, limit, ncpu int) (c, l, empties int) {
	if limit == 0 {
		return capacity, 0, 2
	}
	for capacity > 16 && limit < 8*capacity*ncpu {
		capacity /= 2
	}
	limit = max(limit, 8*capacity*ncpu)
	empties = (limit - 2*ncpu*capacity) / capacity / 2
	return capacity, limit, min(max(empties, 2), 10)
}
