package bench

import (
	"math"

	"lwbench/bench/workload"
	"lwbench/mmu/smp"
)

// Unit is one measured quantity as result files carry it.
type Unit struct {
	Name   string
	Doc    string
	Better string // "lower", "higher", or empty where neither is
	value  func(*workload.Outcome) float64
}

// Value returns the quantity for one cell, rounded to a millionth.
func (u *Unit) Value(o *workload.Outcome) float64 {
	return math.Round(u.value(o)*1e6) / 1e6
}

// perOp makes a unit of a count: the count divided by the operations of the cell.
func perOp(name, doc string, n func(*workload.Outcome) int64) Unit {
	return Unit{name, doc, "lower", func(o *workload.Outcome) float64 { return ratio(n(o), o.Ops) }}
}

func ratio(n, of int64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// spent is perOp for the cycles charged to one kind of cost.
func spent(name, doc string, k smp.Cost) Unit {
	return perOp(name, doc, func(o *workload.Outcome) int64 { return int64(o.Spent[k]) })
}

// quantile is a unit of the distribution of cycles over operations.
func quantile(name, doc string, q float64) Unit {
	return Unit{name, doc, "lower", func(o *workload.Outcome) float64 { return float64(o.Latency.Quantile(q)) }}
}

// Units returns every unit, in the order of result files. All are exact: the same on every host.
func Units() []Unit {
	return []Unit{
		perOp("cycles/op", "busy cycles of all CPUs for one alloc-use-free, the workload's own work included, idle time not",
			func(o *workload.Outcome) int64 { return int64(o.Cycles) }),
		quantile("p50-cycles", "median cycles of one operation: its alloc, kva, use and free (at most 1/32 too large)", 0.5),
		quantile("p99-cycles", "99th percentile of the same", 0.99),
		quantile("max-cycles", "largest of the same, exactly", 1),
		perOp("shootdowns/op", "remote invalidations started", func(o *workload.Outcome) int64 { return o.Counters.Shootdowns }),
		perOp("ipis/op", "IPIs sent for them", func(o *workload.Outcome) int64 { return o.Counters.IPIs }),
		perOp("invlpg/op", "single-page invalidations executed, on every CPU", func(o *workload.Outcome) int64 { return o.Counters.Invlpg }),
		perOp("flushes/op", "full TLB flushes executed, on every CPU", func(o *workload.Outcome) int64 { return o.Counters.Flushes }),
		perOp("pte-writes/op", "page-table entries written", func(o *workload.Outcome) int64 { return o.Counters.PTEWrites }),
		perOp("tlb-misses/op", "page walks", func(o *workload.Outcome) int64 { return o.Counters.TLBMisses }),
		spent("lockwait-cycles/op", "cycles spent waiting for locks", smp.CostLockWait),
		spent("shootdown-cycles/op", "cycles that initiators spent sending IPIs and waiting", smp.CostShootdown),
		spent("stolen-cycles/op", "cycles that IPIs took from the work of their victims", smp.CostStolen),
		perOp("sleeps/op", "sleeps for a resource", func(o *workload.Outcome) int64 { return o.Counters.Sleeps }),
		perOp("failed/op", "allocs that might not wait and found nothing free", func(o *workload.Outcome) int64 { return o.Failed }),
		{
			"reuse", "share of allocs served by a mapping that held the page already, without a PTE write", "higher",
			func(o *workload.Outcome) float64 { return ratio(o.Reuses, o.Allocs) },
		},
		{"kva-pages", "most pages of KVA taken at once", "lower", func(o *workload.Outcome) float64 { return float64(o.KVAPages) }},
		{
			"stale", "accesses that the TLB sent to another page than the caller was promised", "lower",
			func(o *workload.Outcome) float64 { return float64(o.Counters.Stale) },
		},
		{
			"stale-risk", "accesses that were right by luck: the CPU may still hold an older translation", "lower",
			func(o *workload.Outcome) float64 { return float64(o.Counters.StaleRisk) },
		},
		{
			"faults", "other broken rules: unmapped access, double mapping, use after free, leak", "lower",
			func(o *workload.Outcome) float64 { return float64(o.Counters.Faults) },
		},
	}
}
