package record

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"lwbench/bench/workload"
	"lwbench/mmu/smp/host"
)

// seconds returns a unit in seconds of the host.
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

// quantileOf returns a quantile of the latencies in cycles, or NaN where no operation was timed.
func quantileOf(o *workload.Outcome, q float64) float64 {
	if o.Latency.Count() == 0 {
		return math.NaN()
	}
	return float64(o.Latency.Quantile(q))
}

// LiveUnits lists the units of the live engine, in file order. Times are seconds of the host.
func LiveUnits() []Unit {
	quantile := func(q float64) func(o *workload.Outcome) float64 {
		return func(o *workload.Outcome) float64 { return quantileOf(o, q) / o.Live.Hz }
	}
	return append([]Unit{
		seconds("sec/op", "time of all CPUs for one alloc-use-free, the workload's own work included, idle time not",
			func(o *workload.Outcome) float64 { return of(o, o.Live.Busy) }),
		seconds(Lab, "what the lab itself took of sec/op, an estimate: charging, looking for IPIs and at the clock, the harness, the simulated TLB and its oracles",
			func(o *workload.Outcome) float64 { return of(o, o.Live.Lab) }),
		seconds("elapsed-sec/op", "time from the end of the warm-up to the end of the run, divided by the operations of all CPUs",
			func(o *workload.Outcome) float64 { return of(o, o.Live.Elapsed) }),
		{
			Name: "ops/s", Doc: "operations of all CPUs in a second", Better: "higher",
			value: func(o *workload.Outcome) float64 { return Round(float64(o.Ops) / max(o.Live.Elapsed, 1e-9)) },
		},
		{
			Name: Idle, Doc: "share of the CPUs' time with nothing to do",
			value: func(o *workload.Outcome) float64 { return Round(o.Live.Idle) },
		},
		seconds("p50-sec", "median time of one operation, its alloc, kva, use and free; one in 32 is timed", quantile(0.5)),
		seconds("p99-sec", "99th percentile of the same", quantile(0.99)),
		seconds("max-sec", "largest of the same", quantile(1)),
		seconds("lockwait-sec/op", "time spent waiting for locks", func(o *workload.Outcome) float64 { return of(o, o.Live.LockWait) }),
		seconds("shootdown-sec/op", "time that initiators spent sending IPIs and waiting",
			func(o *workload.Outcome) float64 { return of(o, o.Live.Shootdown) }),
		seconds("stolen-sec/op", "time that IPIs took from their victims", func(o *workload.Outcome) float64 { return of(o, o.Live.Stolen) }),
		seconds("sleep-sec/op", "time asleep for a buffer", func(o *workload.Outcome) float64 { return of(o, o.Live.Sleep) }),
		{
			Name: "descheduled", Doc: "involuntary context switches of the CPUs' threads, including the yields of waiting threads; 0 if they are not pinned", Better: "lower",
			value: func(o *workload.Outcome) float64 { return float64(o.Live.Descheduled) },
		},
		{
			Name: "host-load", Doc: "the host's load average when the cell started", Better: "lower",
			value: func(o *workload.Outcome) float64 { return o.Live.Load },
		},
	}, slices.Concat(hardwareUnits(), countUnits())...)
}

// hardwareUnits are counts of the host: NaN where it does not count, and then a result has no such unit.
func hardwareUnits() []Unit {
	count := func(name, doc string, k host.Event) Unit {
		return Unit{Name: name, Doc: doc, Better: "lower", value: func(o *workload.Outcome) float64 {
			return counted(o.Live.Hardware.Threads[k], o.Ops)
		}}
	}
	return []Unit{
		count("host-instructions/op", "instructions in user mode on the host, of all CPUs' threads, waiting included", host.Instructions),
		count("host-clocks/op", "clock cycles of the host of the same", host.CPUCycles),
		count("host-dtlb-misses/op", "loads that missed the host's data TLB, of the same", host.TLBLoadMisses),
		{
			Name: "host-shootdowns/op", Doc: "IPIs for TLB shootdowns that the host's CPUs received for any process, in the whole run", Better: "lower",
			value: func(o *workload.Outcome) float64 { return counted(o.Live.Hardware.Shootdowns, o.Live.Hardware.Ran) },
		},
	}
}

// counted is ratio for a count that is negative where there is none.
func counted(n, of int64) float64 {
	if n < 0 {
		return math.NaN()
	}
	return ratio(n, of)
}

// Lab is the unit of the part of sec/op that the lab itself took.
const Lab = "lab-sec/op"

// Spread is the unit of the last repetition of a live cell: the median distance of sec/op from its median over all
// repetitions, divided by that median.
const Spread = "spread"

// seconds reports whether the unit is a time of the host.
func (u *Unit) seconds() bool {
	return strings.HasSuffix(u.Name, "sec") || strings.HasSuffix(u.Name, "sec/op")
}

// Round rounds to four significant digits, more than a clock can resolve.
func Round(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	return r
}
