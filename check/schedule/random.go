package schedule

import (
	"math/rand/v2"

	"lwbench/mmu/smp"
)

// Random tries random schedules until stopped. Between operations any CPU may run next; within one, the running
// thread is preempted at one point in n on average.
type Random struct {
	run
	rand *rand.Rand
	one  int
}

// NewRandom returns a search that preempts at one point in n, n at least 1.
func NewRandom(seed uint64, n int) *Random {
	return &Random{rand: rand.New(rand.NewPCG(seed, 0x5eed)), one: n}
}

// Begin implements Search.
func (r *Random) Begin() bool {
	r.begin()
	return true
}

// Next implements smp.Scheduler.
func (r *Random) Next(ready []smp.Actor) int {
	if ready[len(ready)-1].Preempts && r.rand.IntN(r.one) > 0 {
		return r.take(ready, 0)
	}
	return r.take(ready, r.rand.IntN(len(ready)))
}
