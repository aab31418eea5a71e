package workload

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// inUse counts the buffers that all CPUs have in use, and the most at one moment of virtual time. CPUs run ahead of each other,
// so changes come out of order; they wait until no CPU can make an earlier one. Changes of one moment count in the order of
// the CPUs' numbers, as the engine lets CPUs of one clock act. Under the virtual clock only.
type inUse struct {
	m         *mmu.Machine
	waiting   []uint64 // changes in order, as keys: clock, CPU, and 1 for an alloc or 0 for a free
	full      int      // length of waiting that settles it
	now, peak int64    // without what waits
}

// perMoment is the number of keys of one moment: an alloc and a free of each CPU.
const perMoment = 2 * smp.MaxCPUs

// alloc and free note that c has allocated or freed a buffer at its clock.
func (u *inUse) alloc(c *mmu.CPU) { u.change(uint64(c.Now())*perMoment + uint64(2*c.ID()) + 1) }
func (u *inUse) free(c *mmu.CPU)  { u.change(uint64(c.Now())*perMoment + uint64(2*c.ID())) }

func (u *inUse) change(key uint64) {
	if len(u.waiting) >= u.full {
		u.settle(u.m.GVT())
		u.full = 2*len(u.waiting) + 256
	}
	i := len(u.waiting)
	u.waiting = append(u.waiting, key)
	for ; i > 0 && u.waiting[i-1]/2 > key/2; i-- {
		u.waiting[i] = u.waiting[i-1]
	}
	u.waiting[i] = key
}

// settle counts the changes before moment t; none can follow.
func (u *inUse) settle(t mmu.Cycles) {
	n := 0
	for n < len(u.waiting) && mmu.Cycles(u.waiting[n]/perMoment) < t {
		u.now += int64(u.waiting[n]&1)<<1 - 1
		u.peak = max(u.peak, u.now)
		n++
	}
	u.waiting = u.waiting[:copy(u.waiting, u.waiting[n:])]
}

// restart begins a count of the peak at moment t.
func (u *inUse) restart(t mmu.Cycles) {
	u.settle(t)
	u.peak = u.now
}
