package allocators

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Timer is for work that a kernel would do in a callout, once in a period. Here a CPU that allocates or frees does it when the
// last run began that long ago. All CPUs may call its methods at once.
type Timer struct {
	Period mmu.Cycles // 0: it never runs; it may change while all other CPUs are stopped

	began smp.Word // when the last run began
	lock  smp.SpinLock
}

// NewTimer returns a timer whose lock has that name.
func NewTimer(lock string, period int64) *Timer {
	return &Timer{Period: mmu.Cycles(period), lock: smp.SpinLock{Name: lock, IPIs: true}}
}

// Begin reports whether it is time for a run, which this CPU then makes; others do not wait for it. The caller ends it with End.
func (t *Timer) Begin(c *mmu.CPU) bool {
	if t.Period == 0 || !t.due(c) || !c.TryLock(&t.lock) {
		return false
	}
	if !t.due(c) { // another CPU has made the run meanwhile
		c.Unlock(&t.lock)
		return false
	}
	t.began.Store(&c.CPU, int64(c.ReadTSC()))
	return true
}

// End ends a run.
func (t *Timer) End(c *mmu.CPU) { c.Unlock(&t.lock) }

func (t *Timer) due(c *mmu.CPU) bool {
	return c.ReadTSC()-mmu.Cycles(t.began.Load(&c.CPU)) >= t.Period
}
