package smp

import "sync/atomic"

// Mask is DragonFly's cpumask_t as a buffer keeps it: the CPUs that are known to hold no stale entry. The kernel compares
// it with (cpumask_t)-1, the constant of all ones, which a global operation stores. CPUs that add their bits one by one
// never reach that value, however many there are: the constant has bits of CPUs that do not exist. So a Mask is one of
// real CPUs, and apart from them either all ones or not. The zero value is empty. Masks are comparable.
type Mask struct {
	CPUSet
	ones uint64 // 1: (cpumask_t)-1
}

// AllOnes returns (cpumask_t)-1 on a machine of n CPUs.
func AllOnes(n int) Mask { return Mask{FirstCPUs(n), 1} }

// Assign makes the mask hold id alone.
func (m *Mask) Assign(id int) {
	m.CPUSet.Assign(id)
	m.ones = 0
}

// AtomicLoad copies the mask, word by word, while other CPUs may add to it.
func (m *Mask) AtomicLoad() Mask { return Mask{m.CPUSet.AtomicLoad(), atomic.LoadUint64(&m.ones)} }

// AtomicStore makes the mask hold what o does, word by word, while other CPUs may read it or add to it.
func (m *Mask) AtomicStore(o *Mask) {
	m.CPUSet.AtomicStore(&o.CPUSet)
	atomic.StoreUint64(&m.ones, o.ones)
}
