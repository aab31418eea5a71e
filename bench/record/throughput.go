package record

import (
	"lwbench/bench/steady"
	"lwbench/bench/workload"
)

// The units by which the judge (bench/report) decides how far to trust the others. A result without them counts as
// exact, steady and not starved.
const (
	Elapsed             = "elapsed-cycles/op"     // machine time for one operation on each CPU: window · CPUs / operations
	HalfWidth           = "half-width"            // 95 % half-width of the cost, as a share of the cost
	ThroughputHalfWidth = "throughput-half-width" // the same for Throughput
	Throughput          = "ops/Mcycle"            // operations of all CPUs in a million cycles of the machine
	Idle                = "idle"                  // share of the CPUs' time with nothing to do
	Unsteady            = "unsteady"              // 0, or why the cost has not settled: Unsettled explains the code
	Drift               = "drift"                 // change of the cost over the last doubling, as a share of it
	RunOps              = "run-ops"               // operations of the whole run, including those before the window
	StarvedCPUs         = "starved-cpus"          // CPUs that finished nothing in the window, though they worked before it or wanted a mapping
)

// The codes of Unsteady.
const (
	Steady      = 0
	GrowingKVA  = 1
	Drifting    = 2
	WideSpread  = 3
	unsteadyEnd = 4
)

// Rough reports whether a cost of that half-width is known only roughly: every view marks it. The bound is twice the
// precision that a sweep asks of a design that cannot win.
func Rough(half float64) bool { return half > 0.2 }

// WideMark is the mark of a rough figure, and WideMeaning what it means.
const (
	WideMark    = "?"
	WideMeaning = "95 % half-width above 20 %"
)

// Unsettled explains a value of Unsteady in a few words; it is empty for a steady cell.
func Unsettled(code float64) string {
	if code <= Steady || code >= unsteadyEnd {
		return ""
	}
	return [...]string{GrowingKVA: "still taking KVA", Drifting: "the cost keeps changing", WideSpread: "less precise than asked for"}[int(code)]
}

// codeOf returns the code of Unsteady for the status of a run.
func codeOf(s steady.Status) float64 {
	switch s {
	case steady.TakesKVA:
		return GrowingKVA
	case steady.Growing:
		return Drifting
	case steady.Wide:
		return WideSpread
	}
	return Steady
}

// throughputUnits measure the work that the machine completes. Cost alone favours a design whose users wait, because
// a waiting CPU is idle and idle time costs nothing.
func throughputUnits() []Unit {
	return []Unit{
		{
			Elapsed, "cycles of the window times CPUs, divided by its operations: cycles/op plus idle time", "lower",
			func(o *workload.Outcome) float64 { return ratio(int64(o.Elapsed)*int64(len(o.Rates)), o.Ops) },
		},
		{
			Throughput, "operations of all CPUs in a million cycles of the machine", "higher",
			func(o *workload.Outcome) float64 { return 1e6 * ratio(o.Ops, int64(o.Elapsed)) },
		},
		{
			Idle, "share of the CPUs' time in the window with nothing to do", "",
			func(o *workload.Outcome) float64 {
				all := int64(o.Elapsed) * int64(len(o.Rates))
				return ratio(all-int64(o.Cycles), all)
			},
		},
		{
			StarvedCPUs, "CPUs that completed no operation in the window: interrupts leave them no time, or they get no mapping", "lower",
			func(o *workload.Outcome) float64 { return float64(o.Starved) },
		},
	}
}

// precisionUnits measure the precision of the cell's figures. They are 0 for a run that counts as a whole.
func precisionUnits() []Unit {
	return []Unit{
		{
			HalfWidth, "half-width of the 95 % confidence interval of cycles/op, as a fraction of it", "lower",
			func(o *workload.Outcome) float64 { return o.Verdict.Cost },
		},
		{
			ThroughputHalfWidth, "the same of " + Throughput, "lower",
			func(o *workload.Outcome) float64 { return o.Verdict.Throughput },
		},
		{
			Drift, "change of cycles/op from the quarter of the run before the window (of a given window: from its first half to its second), as a fraction", "",
			func(o *workload.Outcome) float64 { return o.Verdict.Drift },
		},
		{
			Unsteady, "0: steady, or the window was given; 1: still taking KVA; 2: the cost keeps changing; 3: less precise than asked for", "lower",
			func(o *workload.Outcome) float64 { return codeOf(o.Verdict.Status) },
		},
		{
			RunOps, "operations of the whole run, including those before the window", "",
			func(o *workload.Outcome) float64 { return float64(o.Before + o.Ops) },
		},
	}
}

// peakUnit is a unit of both engines.
func peakUnit() Unit {
	return Unit{
		"peak-buffers", "most buffers in use at one moment; on real threads a sample", "lower",
		func(o *workload.Outcome) float64 { return float64(o.PeakBufs) },
	}
}
