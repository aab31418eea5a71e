package calibrate

import (
	"errors"
	"fmt"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu/smp/host"
)

// probeFlush removes n pages at once, with one other running thread: up to a ceiling page by page, above it
// everything.
func probeFlush(l *prober) error {
	sizes := flushSizes()
	w, err := mapped(sizes[len(sizes)-1], false)
	if err != nil {
		return err
	}
	defer w.Close()
	var others []lab.Place
	if near := l.Top.Near(); len(near) > 0 {
		others = near[:1]
	}
	passes := 12
	series := make([]lab.Series, len(sizes))
	r := removals()[0]
	err = l.BesideThreads(others, func(c lab.Company) error {
		const each = 15
		for until := host.Nanos() + 4*int64(l.Most); passes > 0 && host.Nanos() < until; passes-- { // a disturbance must not affect a single size only
			for i, n := range sizes {
				s, err := l.sampleRemoval(r, w, n, each, c)
				series[i].Values, series[i].Dropped = append(series[i].Values, s.Values...), series[i].Dropped+s.Dropped
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if l.Err() != nil {
		return l.Err()
	}
	cost := make([]float64, len(sizes))
	worst := lab.Estimate{N: 1 << 30}
	for i := range series {
		e, few := series[i].Estimate()
		err = errors.Join(err, few)
		cost[i] = e.Median
		worst.N, worst.Dropped = min(worst.N, e.N), worst.Dropped+e.Dropped
	}
	var f flush
	if err == nil {
		f, err = readFlush(sizes, cost)
	}
	how := fmt.Sprintf("mprotect of 1 to %d present pages beside a running thread; ", sizes[len(sizes)-1])
	at := func(v, off float64) lab.Estimate {
		return lab.Estimate{Median: v, Spread: off / max(v, 1e-9), N: worst.N, Dropped: worst.Dropped}
	}
	l.report("flush ceiling", "pages", how+"the last size before the cost falls", at(float64(f.ceiling), 0), err)
	l.report("invlpg", "ns", how+"the slope below the ceiling minus the slope above it: the CPUs invalidate in parallel",
		at(f.page, 2*f.off/max(1, float64(f.ceiling))), err)
	if err == nil && f.all <= 0 {
		err = errors.New("it costs less than the samples spread")
	}
	l.report("flush of all", "ns", how+"the cost beyond the ceiling, less that of the pages", at(f.all, f.off), err)
	return nil
}
