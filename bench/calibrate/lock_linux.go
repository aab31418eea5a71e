package calibrate

import (
	"fmt"
	"slices"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu/smp/host"
)

// waiterCounts lists the numbers of other threads to measure with: powers of two.
func waiterCounts(cpus int) (list []int) {
	for n := 1; n < cpus; n *= 2 {
		list = append(list, n)
	}
	return list
}

// probeLocks measures each kind of spinlock: taking and dropping it alone, and the time from one holder to the next
// while others wait.
func probeLocks(l *prober) error {
	const alone = 2000
	for _, k := range lockKinds(len(l.Top)) {
		err := l.reportAlone("lock "+k.name, "taking and dropping it on one thread", 300, alone, func() {
			for range alone {
				k.lock(0)
				k.unlock(0)
			}
		})
		if err != nil {
			return err
		}
	}
	for _, n := range waiterCounts(len(l.Top)) {
		on := append([]lab.Place{l.Top[0]}, l.Top.Near()[:n]...)
		for _, k := range lockKinds(len(on)) {
			s, err := l.handOvers(k.locker, on)
			if err != nil {
				return err
			}
			l.reportSeries(handOver(k.name, n), fmt.Sprintf(
				"%d threads take it, hold it for %d ns and drop it; from dropping it to the next taking by a thread that waited", n+1, held), s)
		}
	}
	return nil
}

// handOver returns the name of a figure.
func handOver(kind string, waiters int) string {
	return fmt.Sprintf("lock %s, %d waiting", kind, waiters)
}

// held is the time for which a lock is held when its hand-over is measured, in nanoseconds: long enough for every
// thread to arrive.
const held = 400

// guarded is the data under the lock: the last holder, and the time when it dropped the lock.
type guarded struct {
	_       padding
	holder  int
	dropped int64
	_       padding
}

// handOvers measures the time from the moment when a holder drops the lock until a waiting thread has it. Each sample
// is the median of a round.
func (l *prober) handOvers(k locker, on []lab.Place) (*lab.Series, error) {
	const turns = 30
	g := &guarded{holder: -1}
	times := make([][]float64, len(on))
	medians := make([][]float64, len(on))
	laps, err := l.Together(on, 300, func(slot, _ int) {
		mine := times[slot][:0]
		for range turns {
			arrived := host.Nanos()
			k.lock(slot)
			got := host.Nanos()
			if g.holder != slot && g.holder >= 0 && arrived < g.dropped {
				mine = append(mine, float64(got-g.dropped)-l.Clock)
			}
			host.SpinUntil(got + held)
			g.holder, g.dropped = slot, host.Nanos()
			k.unlock(slot)
			host.SpinUntil(host.Nanos() + held/4) // otherwise the thread would take it again before another sees it free
		}
		times[slot] = mine
		m := -1.0
		if len(mine) > 0 {
			slices.Sort(mine)
			m = mine[len(mine)/2]
		}
		medians[slot] = append(medians[slot], m)
	})
	s := new(lab.Series)
	for slot, list := range medians {
		for r, m := range list {
			if m >= 0 {
				s.Add(m, laps[slot][r].Clean)
			}
		}
	}
	return s, err
}
