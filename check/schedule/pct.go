package schedule

import (
	"math/rand/v2"

	"lwbench/mmu/smp"
)

// PCT tries random schedules with few priority changes (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized
// scheduler with probabilistic guarantees of finding bugs", 2010): actors have random priorities, the highest one
// that is ready acts, and at a few random points the one that would act drops to the lowest priority.
type PCT struct {
	run
	rand     *rand.Rand
	changes  int
	length   int // the longest run so far, in points
	priority map[actor]int
	lowest   int
	at       []int
}

// actor identifies an actor with a priority.
type actor struct {
	cpu  int32
	kind smp.ActorKind
}

// NewPCT returns a search with that many priority changes in a run.
func NewPCT(seed uint64, changes int) *PCT {
	return &PCT{rand: rand.New(rand.NewPCG(seed, 0xbc7)), changes: changes, length: 50}
}

// Begin implements Search.
func (p *PCT) Begin() bool {
	p.length = max(p.length, p.point)
	p.begin()
	p.priority, p.lowest, p.at = map[actor]int{}, 0, p.at[:0]
	for range p.changes {
		p.at = append(p.at, p.rand.IntN(p.length))
	}
	return true
}

// Next implements smp.Scheduler.
func (p *PCT) Next(ready []smp.Actor) int {
	k := p.highest(ready)
	for _, at := range p.at {
		if at == p.point {
			p.lowest--
			p.priority[actor{ready[k].CPU, ready[k].Kind}] = p.lowest
			k = p.highest(ready)
		}
	}
	return p.take(ready, k)
}

func (p *PCT) highest(ready []smp.Actor) (k int) {
	best := 0
	for i := range ready {
		who := actor{ready[i].CPU, ready[i].Kind}
		n, ok := p.priority[who]
		if !ok {
			n = 1 + p.rand.IntN(1<<20)
			p.priority[who] = n
		}
		if i == 0 || n > best {
			k, best = i, n
		}
	}
	return k
}
