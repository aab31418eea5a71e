package record

import (
	"math"
	"slices"
	"strings"

	"lwbench/bench/spread"
	"lwbench/bench/workload"
	"lwbench/mmu/smp"
)

// Unit is one measured quantity of a result file.
type Unit struct {
	Name   string
	Doc    string
	Better string // "lower", "higher", or empty where neither is better
	value  func(*workload.Outcome) float64
}

// Applies reports whether a cell has the quantity. What CPUs that only compute lose needs such CPUs; exposure needs a
// design that maps pages: the direct map always reaches every page, and nothing measures that.
func (u *Unit) Applies(computing, maps bool) bool {
	return (computing || !strings.HasPrefix(u.Name, isolatedUnits)) && (maps || !u.exposes())
}

// Value returns the quantity for one cell: exact values rounded to a millionth, host times to four digits.
func (u *Unit) Value(o *workload.Outcome) float64 {
	if v := u.value(o); u.seconds() {
		return Round(v)
	}
	return math.Round(u.value(o)*1e6) / 1e6
}

// perOp returns the unit of a count divided by the operations of the cell.
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

// timeUnits are the cycles of an operation and their distribution.
func timeUnits() []Unit {
	return []Unit{
		perOp("cycles/op", "busy cycles of all CPUs for one alloc-use-free, the workload's own work included, idle time not",
			func(o *workload.Outcome) int64 { return int64(o.Cycles) }),
		quantile("p50-cycles", "median cycles of one operation: its alloc, kva, use and free (at most 1/32 too large)", 0.5),
		quantile("p90-cycles", "90th percentile of the same", 0.9),
		quantile("p99-cycles", "99th percentile of the same", 0.99),
		quantile("p99.9-cycles", "99.9th percentile of the same", 0.999),
		quantile("max-cycles", "exact maximum of the same", 1),
	}
}

// fairnessUnits measure how evenly the CPUs progress. A workload with different roles for its CPUs is inherently
// uneven: one CPU zeroes pages, half of them read a pipe.
func fairnessUnits() []Unit {
	return []Unit{
		{
			"cpu-cv", "variation between CPUs of their allocs and frees per busy cycle: standard deviation over mean, 0 if all are equal", "lower",
			func(o *workload.Outcome) float64 { return fairness(o).CV },
		},
		{
			"cpu-min-max", "the same of the slowest CPU over that of the fastest: 1 if all are equal, 0 if one did nothing", "higher",
			func(o *workload.Outcome) float64 { return fairness(o).MinMax },
		},
	}
}

// fairness returns the spread of the rates of the CPUs. Without rates all CPUs count as equal.
func fairness(o *workload.Outcome) spread.Spread {
	s, err := spread.Of(o.Rates)
	if err != nil {
		return spread.Spread{MinMax: 1}
	}
	return s
}

// costDocs describes each kind of cost. Idle time is not a cost of an operation.
var costDocs = [smp.NumCosts]string{
	smp.CostWork:      "cycles of the workload's own computing",
	smp.CostUse:       "cycles of touching and copying mapped pages",
	smp.CostAlloc:     "cycles of the allocator's own instructions and of the lines that its locks guard",
	smp.CostPTE:       "cycles spent writing page-table entries",
	smp.CostInvlpg:    "cycles of invalidations and flushes on the CPU that asked for them",
	smp.CostTLB:       "cycles of page walks and of second-level TLB hits",
	smp.CostLine:      "cycles of shared cache lines outside locks: atomics and transfers",
	smp.CostLock:      "cycles spent taking and dropping locks, without the wait",
	smp.CostLockWait:  "cycles spent waiting for locks",
	smp.CostShootdown: "cycles that initiators spent sending IPIs and waiting",
	smp.CostStolen:    "cycles that IPIs took from the work of their victims",
	smp.CostSleep:     "cycles of context switches to and from sleeping for a resource",
	smp.CostKVA:       "cycles of the kernel map: allocating and freeing KVA",
	smp.CostMessage:   "cycles of sending and receiving messages between CPUs",
}

// costUnits returns a unit for each kind of cost. Their sum is cycles/op.
func costUnits() (units []Unit) {
	for k, doc := range costDocs {
		if doc != "" {
			units = append(units, spent(smp.Cost(k).String()+"-cycles/op", doc, smp.Cost(k)))
		}
	}
	return units
}

// VirtualUnits lists the units of the virtual engine, in file order.
func VirtualUnits() []Unit {
	return slices.Concat(timeUnits(), throughputUnits(), precisionUnits(), fairnessUnits(), costUnits(), countUnits(), computingUnits())
}

// countUnits are the counters per operation.
func countUnits() []Unit {
	return []Unit{
		perOp("shootdowns/op", "remote invalidations started", func(o *workload.Outcome) int64 { return o.Counters.Shootdowns }),
		perOp("ipis/op", "IPIs sent for them", func(o *workload.Outcome) int64 { return o.Counters.IPIs }),
		perOp("icr-writes/op", "writes of the APIC's command register that sent them", func(o *workload.Outcome) int64 { return o.Counters.ICRWrites }),
		perOp("broadcasts/op", "instructions that invalidated on all CPUs at once (INVLPGB, TLBI), in place of IPIs", func(o *workload.Outcome) int64 { return o.Counters.Broadcasts }),
		perOp("invlpg/op", "single-page invalidations executed, on every CPU", func(o *workload.Outcome) int64 { return o.Counters.Invlpg }),
		perOp("flushes/op", "full TLB flushes executed, on every CPU", func(o *workload.Outcome) int64 { return o.Counters.Flushes }),
		perOp("pte-writes/op", "page-table entries written", func(o *workload.Outcome) int64 { return o.Counters.PTEWrites }),
		perOp("pte-lines/op", "transfers of the page table's cache lines", func(o *workload.Outcome) int64 { return o.Counters.PTELines }),
		perOp("tlb-misses/op", "page walks", func(o *workload.Outcome) int64 { return o.Counters.TLBMisses }),
		perOp("sleeps/op", "sleeps for a resource", func(o *workload.Outcome) int64 { return o.Counters.Sleeps }),
		perOp("failed/op", "allocs that were not allowed to wait and found nothing free", func(o *workload.Outcome) int64 { return o.Failed }),
		{
			"reuse", "share of allocs that found the page already mapped and wrote no PTE", "higher",
			func(o *workload.Outcome) float64 { return ratio(o.Reuses, o.Allocs) },
		},
		{"kva-pages", "most pages of KVA allocated at once", "lower", func(o *workload.Outcome) float64 { return float64(o.KVAPages) }},
		peakUnit(),
		{
			"stale", "accesses that went through a stale TLB entry to a page other than the promised one", "lower",
			func(o *workload.Outcome) float64 { return float64(o.Counters.Stale) },
		},
		{
			"stale-risk", "accesses that were correct only because the older entry, which the CPU may still hold, happened to be evicted", "lower",
			func(o *workload.Outcome) float64 { return float64(o.Counters.StaleRisk) },
		},
		{
			"faults", "other violations: unmapped access, double mapping, use after free, leak", "lower",
			func(o *workload.Outcome) float64 { return float64(o.Counters.Faults) },
		},
	}
}
