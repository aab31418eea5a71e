package smp

import (
	"sync/atomic"

	"lwbench/mmu/smp/host"
)

// Word is a shared integer in a cache line of its own: a reference count, a queue's length. The zero value is 0 and in
// no cache. It is atomic on real threads as it is under the virtual clock; its methods may be called on any CPU.
type Word struct {
	line Line
	v    atomic.Int64
}

// trace says that the present step of a traced run is an atomic operation on w.
func (w *Word) trace(c *CPU, write bool) {
	if c.sys.explored.traced() {
		at, size := host.Address(w)
		c.synced(at, size, write)
	}
}

// Add is a locked add (atomic_fetchadd), an ordered point charged as CPU.Atomic; it returns the new value.
func (w *Word) Add(c *CPU, n int64) int64 {
	if c.now >= c.horizon && c.yield() { // the charge may give way to others: the effect comes before it
		return w.v.Add(n)
	}
	w.trace(c, true)
	sum := w.v.Add(n)
	c.Atomic(&w.line)
	return sum
}

// Load is a plain read of the line, an ordered point charged as CPU.Touch.
func (w *Word) Load(c *CPU) int64 {
	if c.now >= c.horizon && c.yield() {
		return w.v.Load()
	}
	w.trace(c, false)
	n := w.v.Load()
	c.Touch(&w.line, false)
	return n
}

// Store is a plain write of the line, an ordered point charged as CPU.Touch: for a word with one writer.
func (w *Word) Store(c *CPU, n int64) {
	if c.now >= c.horizon && c.yield() {
		w.v.Store(n)
		return
	}
	w.trace(c, true)
	w.v.Store(n)
	c.Touch(&w.line, true)
}

// Peek returns the value without charge or ordering: for tests, and for a CPU that has stopped all others.
func (w *Word) Peek() int64 { return w.v.Load() }

// Set gives the word a value while no other CPU can reach it: the object that holds it has just been made, or taken
// from a cache. It costs nothing beyond the object's other initialisation.
func (w *Word) Set(n int64) { w.v.Store(n) }

// AtomicHas is Has for a set to which other CPUs may add at the same moment (AtomicAdd).
func (s *CPUSet) AtomicHas(id int) bool {
	return atomic.LoadUint64(&s[uint(id)/64])&(1<<(uint(id)%64)) != 0
}

// AtomicAdd is Add as a locked OR (atomic_set_cpumask). The caller charges for it with CPU.Atomic on the set's line.
func (s *CPUSet) AtomicAdd(id int) { atomic.OrUint64(&s[uint(id)/64], 1<<(uint(id)%64)) }

// AtomicStore makes the set hold what o does, word by word, while other CPUs may read it or add to it.
func (s *CPUSet) AtomicStore(o *CPUSet) {
	for i := range s {
		atomic.StoreUint64(&s[i], o[i])
	}
}

// AtomicLoad copies the set, word by word, while other CPUs may add to it.
func (s *CPUSet) AtomicLoad() (o CPUSet) {
	for i := range s {
		o[i] = atomic.LoadUint64(&s[i])
	}
	return o
}
