package bench

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"

	"lwbench/bench/spread"
	"lwbench/bench/workload"
	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// The defaults of a sweep on real threads: operations a CPU before counting starts, and repetitions.
const (
	liveWarmup = 100
	liveReps   = 5
)

// Noisy is the spread above which a cell on real threads is called noisy.
const Noisy = 0.1

func liveCPUs() []int { return []int{1, 2, 4} }

// engine checks which engine is asked for; it comes first, for other defaults depend on it.
func (o *Options) engine(_ Lists, g *Grid) error {
	switch o.Engine {
	case "", "virtual":
	case "live":
		g.Live, g.Warmup, g.Reps = true, liveWarmup, liveReps
	default:
		return fmt.Errorf("engine %q: choose virtual or live", o.Engine)
	}
	switch {
	case o.IPICost != "" && !g.Live:
		return fmt.Errorf("ipi-cost %s: only the live engine has a choice: give --engine live", o.IPICost)
	case o.IPICost == "none":
		g.NoIPICost = true
	case o.IPICost != "" && o.IPICost != "machine":
		return fmt.Errorf("ipi-cost %q: choose machine or none", o.IPICost)
	}
	return nil
}

// live is how the cell runs on real threads.
func (c *Cell) live() *smp.Live {
	opt := &smp.Live{NoIPICost: c.NoIPICost}
	if c.Profile != nil && c.Profile.Locks != "" {
		opt.Sample = lockSample
	}
	return opt
}

// live makes a unit of seconds of the host.
func seconds(name, doc string, v func(*workload.Outcome) float64) Unit {
	return Unit{Name: name, Doc: doc, Better: "lower", value: v}
}

// of divides by the operations of the cell.
func of(o *workload.Outcome, sec float64) float64 {
	if o.Ops == 0 {
		return 0
	}
	return sec / float64(o.Ops)
}

// LiveUnits returns every unit of results on real threads, in the order of result files. Times are seconds of the host.
func LiveUnits() []Unit {
	quantile := func(q float64) func(o *workload.Outcome) float64 {
		return func(o *workload.Outcome) float64 { return float64(o.Latency.Quantile(q)) / o.Live.Hz }
	}
	return append([]Unit{
		seconds("sec/op", "time of all CPUs for one alloc-use-free, the workload's own work included, idle time not",
			func(o *workload.Outcome) float64 { return of(o, o.Live.Busy) }),
		seconds("elapsed-sec/op", "time from the end of the warm-up to the end of the run, by the operations of all CPUs",
			func(o *workload.Outcome) float64 { return of(o, o.Live.Elapsed) }),
		seconds("p50-sec", "median time of one operation, of one in 32: its alloc, kva, use and free", quantile(0.5)),
		seconds("p99-sec", "99th percentile of the same", quantile(0.99)),
		seconds("max-sec", "largest of the same", quantile(1)),
		seconds("lockwait-sec/op", "time spent waiting for locks", func(o *workload.Outcome) float64 { return of(o, o.Live.LockWait) }),
		seconds("shootdown-sec/op", "time that initiators spent sending IPIs and waiting",
			func(o *workload.Outcome) float64 { return of(o, o.Live.Shootdown) }),
		seconds("stolen-sec/op", "time that IPIs took from their victims", func(o *workload.Outcome) float64 { return of(o, o.Live.Stolen) }),
		{
			Name: "descheduled", Doc: "involuntary context switches of the CPUs' threads, a waiting thread's yields among them; 0 where they are not pinned", Better: "lower",
			value: func(o *workload.Outcome) float64 { return float64(o.Live.Descheduled) },
		},
		{
			Name: "host-load", Doc: "the host's load average when the cell began", Better: "lower",
			value: func(o *workload.Outcome) float64 { return o.Live.Load },
		},
	}, countUnits()...)
}

// spreadUnit is what the last repetition of a cell says of all.
const spreadUnit = "spread"

// seconds reports whether the unit is a time of the host.
func (u *Unit) seconds() bool {
	return strings.HasSuffix(u.Name, "sec") || strings.HasSuffix(u.Name, "sec/op")
}

// fourFigures rounds to what a clock can tell.
func fourFigures(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	return r
}

// measures reports whether results of the cell's engine carry the unit.
func measures(c *Cell, unit string) bool {
	units := Units()
	if c.Live {
		units = LiveUnits()
	}
	return slices.ContainsFunc(units, func(u Unit) bool { return u.Name == unit })
}

// liveConfig is what a result file says of a cell on real threads: benchstat keeps apart what differs in it.
func liveConfig(r *Result) (list []benchfmt.Config) {
	add := func(key, value string) {
		if value != "" {
			list = append(list, benchfmt.Config{Key: key, Value: []byte(value), File: true})
		}
	}
	add("engine", "live")
	add("machine", r.Cell.Machine.Name)
	add("goos", runtime.GOOS)
	add("goarch", runtime.GOARCH)
	add("cpu", host.Model())
	pin, claim, cost := "core", "scaling", "machine"
	if !r.Out.Live.Pinned {
		pin, claim = "none", "no-scaling"
	}
	if r.Cell.NoIPICost {
		cost = "none"
	}
	add("pin", pin)
	add("claim", claim)
	add("ipi-cost", cost)
	return list
}

// withSpread works out, at the last repetition of each cell, how far all of them lie apart. What an earlier, interrupted
// run has measured is not part of it, and then nothing is said.
func withSpread(deliver func(*Result) error) func(*Result) error {
	times := make(map[string][]float64)
	return func(r *Result) error {
		if r.Failed != nil {
			return deliver(r)
		}
		key := r.Cell.Key()
		times[key] = append(times[key], of(r.Out, r.Out.Live.Busy))
		if n := len(times[key]); n == r.Cell.Reps && n > 2 {
			_, far := apart(times[key])
			r.Spread = fourFigures(far)
		}
		return deliver(r)
	}
}

// apart describes repetitions: their median, and the median distance from it by the median.
func apart(times []float64) (median, far float64) {
	s, err := spread.Of(times)
	if err != nil || s.Median == 0 {
		return 0, 0
	}
	return s.Median, s.MAD / s.Median
}
