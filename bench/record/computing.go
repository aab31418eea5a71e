package record

import "lwbench/bench/workload"

// isolatedUnits is how the names of the units begin that only a workload with CPUs has that only compute.
const isolatedUnits = "isolated-"

// computingUnits say what CPUs that only compute lose.
func computingUnits() []Unit {
	return []Unit{
		{
			isolatedUnits + "stolen/Mcycle", "cycles that interrupts and deferred flushes took from each CPU that only computes, in a million cycles", "lower",
			func(o *workload.Outcome) float64 {
				return 1e6 * ratio(int64(o.Lost), int64(o.Elapsed)*int64(o.Computing))
			},
		},
		{
			isolatedUnits + "stall", "longest time in cycles for which one of them was held up at once, to 500 cycles of computing", "lower",
			func(o *workload.Outcome) float64 { return float64(o.Stall) },
		},
	}
}
