package here

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu"
)

// threadCounts lists the numbers of threads of a comparison: powers of two and all CPUs.
func threadCounts(cpus int) (list []int) {
	for n := 1; n < cpus; n *= 2 {
		list = append(list, n)
	}
	return append(list, cpus)
}

// Run compares the model of a machine with this host, which should be that machine. begin, if not nil, is called before
// each round with its number, the undisturbed rounds so far and the number of those needed. Run takes some ten seconds,
// up to a minute on a busy host. The garbage collector is off while it measures: do nothing else in the process.
func Run(ctx context.Context, spec *mmu.Spec, begin func(round string, i, of int)) (*Result, error) {
	l := lab.New(ctx, nil)
	r := &Result{Machine: spec.Name}
	patterns := Patterns()
	var which []*Pattern
	for _, n := range threadCounts(len(l.Top)) {
		for i := range patterns {
			r.Rows = append(r.Rows, Row{Pattern: patterns[i].Name, Threads: n})
			which = append(which, &patterns[i])
		}
	}
	rounds, err := measureRounds(l, r, which, begin)
	if err != nil {
		return nil, err
	}
	return r, r.judge(rounds, func(c *Costs, i int) (float64, error) {
		return predict(ctx, spec, *c, *which[i], r.Rows[i].Threads)
	})
}

// mostBurst is the time limit for one figure in one round.
const mostBurst = 150 * time.Millisecond

// measureRounds measures until there are enough undisturbed rounds, and the load of others over all of them.
func measureRounds(l *lab.Lab, r *Result, which []*Pattern, begin func(string, int, int)) (rounds []round, err error) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	l.Most = mostBurst
	watch := l.NewWatch()
	reads, err := l.ReadClock(100)
	if err != nil {
		return nil, err
	}
	if l.Clock = median(reads); math.IsNaN(l.Clock) {
		return nil, errors.New("reading the time could not be measured: the host is too busy")
	}
	kept, dropped, quiet := 0, 0, 0
	for n, start := 1, time.Now(); n <= mostRounds && quiet < wantRounds && time.Since(start) < mostTime; n++ {
		if begin != nil {
			begin(fmt.Sprintf("round %d", n), quiet, wantRounds)
		}
		var now round
		now.load, err = l.During(func() (err error) {
			if now.costs, err = measureCosts(l); err != nil {
				return err
			}
			for i, p := range which {
				s, err := measure(l, p, r.Rows[i].Threads)
				if err != nil {
					return err
				}
				now.measured = append(now.measured, median(s))
				kept, dropped = kept+len(s.Values), dropped+s.Dropped
			}
			return l.Err()
		})
		if err != nil {
			return nil, err
		}
		if !now.costs.ok() {
			dropped += times
			continue
		}
		if rounds = append(rounds, now); !now.load.Disturbed() {
			quiet++
		}
	}
	r.Noise = l.End(watch)
	r.Noise.Dropped = float64(dropped) / float64(max(1, kept+dropped))
	if len(rounds) == 0 {
		return nil, errors.New("the kernel's costs could not be measured: every round was disturbed")
	}
	return rounds, nil
}
