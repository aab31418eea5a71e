package bench

import (
	"fmt"
	"strings"

	"lwbench/bench/workload"
	"lwbench/mmu/smp"
)

// Why says in a few words, from the counters alone, where a cell's cycles go.
func Why(o *workload.Outcome) string {
	if o.Ops == 0 || o.Cycles == 0 {
		return "no operation was finished"
	}
	share := func(kinds ...smp.Cost) float64 {
		var n int64
		for _, k := range kinds {
			n += int64(o.Spent[k])
		}
		return 100 * float64(n) / float64(o.Cycles)
	}
	shootdowns, ipis := ratio(o.Counters.Shootdowns, o.Ops), ratio(o.Counters.IPIs, o.Ops)
	var parts []string
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if p := share(smp.CostLockWait, smp.CostLock); p >= 15 {
		say("%.0f %% of its cycles go to locks", p)
	}
	if p := share(smp.CostShootdown); p >= 10 {
		say("%.0f %% to starting shootdowns (%s an op)", p, short(shootdowns))
	}
	if p := share(smp.CostStolen); p >= 10 {
		say("%.0f %% stolen by others' IPIs (%s an op)", p, short(ipis))
	}
	if p := share(smp.CostSleep); p >= 10 {
		say("%.0f %% to sleeping for a buffer", p)
	}
	if p := share(smp.CostKVA); p >= 10 {
		say("%.0f %% to making and unmaking KVA", p)
	}
	if p := share(smp.CostLine); p >= 10 {
		say("%.0f %% to moving shared cache lines", p)
	}
	if p := share(smp.CostInvlpg, smp.CostPTE); p >= 15 {
		say("%.0f %% to its PTEs and local invalidations", p)
	}
	if len(parts) == 0 {
		say("%.0f %% are the workload's own", share(smp.CostUse, smp.CostWork, smp.CostMessage))
	}
	if shootdowns < 0.005 && len(parts) < 3 {
		say("no shootdowns")
	}
	if reuse := ratio(o.Reuses, o.Allocs); reuse >= 0.05 && len(parts) < 3 {
		say("%.0f %% of its allocs found the page mapped", 100*reuse)
	}
	return strings.Join(parts, ", ")
}

// short prints a ratio with two figures that count.
func short(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 9.95:
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.1f", x)
}
