package calibrate

import (
	"fmt"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu/smp/host"
)

// probeLines passes a cache line between two threads, for each class of pairs.
func probeLines(l *prober) error {
	const trips = 200
	for c, pairs := range l.Top.Pairs() {
		name := "line, " + lab.Class(c).String()
		if len(pairs) == 0 {
			l.report(name, "ns", "", lab.Estimate{}, lab.ErrNoPair)
			continue
		}
		all := new(lab.Series)
		for _, p := range pairs {
			var word host.Word
			laps, err := l.Together(p[:], 150, func(slot, _ int) {
				want := int64(slot)
				for range trips {
					for word.Load()&1 != want {
					}
					word.Add(1)
				}
			})
			if err != nil {
				return err
			}
			s := lab.Whole(laps, 2*trips)
			all.Values, all.Dropped = append(all.Values, s.Values...), all.Dropped+s.Dropped
		}
		l.reportSeries(name, fmt.Sprintf("two threads pass a line back and forth, half a round trip, %d pairs", len(pairs)), all)
	}
	return nil
}

// probeAtomic measures an atomic add on a local line, and on one that all CPUs add to.
func probeAtomic(l *prober) error {
	const adds = 2000
	var word host.Word
	err := l.reportAlone("atomic add", "adds in a row on a line of the thread's own", 200, adds, func() {
		for range adds {
			word.Add(1)
		}
	})
	if err != nil || len(l.Top) < 2 {
		return err
	}
	laps, err := l.Together(l.Top[:2], 150, func(int, int) {
		for range adds {
			word.Add(1)
		}
	})
	if err != nil {
		return err
	}
	l.reportSeries("atomic add, contended", "two threads add to one word; time between two adds", lab.Whole(laps, 2*adds))
	return nil
}
