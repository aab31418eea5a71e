package workload

import (
	"context"
	"errors"
	"fmt"

	"lwbench/internal/texttab"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// RunOptions are the options of a run.
type RunOptions struct {
	Recorder Recorder // receives every operation, or nil
	// Counting, if not nil, is called when a CPU's operations begin to count; without a warm-up, before the run. With
	// a Watch it may be called again, which discards what was counted before.
	Counting func(cpu int)
	// Counted, if not nil, is called when a Watch has ended the counting on all CPUs. The run may continue for a
	// while.
	Counted func()
	// Label, if not nil, is called on the thread of each CPU before it begins: on real threads, for profiles.
	Label func(cpu int)
}

// Run runs one cell from setup to outcome. An input error or a deadlock gives no outcome; findings of the oracles are
// part of the outcome and not an error.
func Run(ctx context.Context, w *Workload, cell *Cell, opt RunOptions) (*Outcome, error) {
	if opt.Recorder != nil && cell.Machine.Live() {
		return nil, errors.New("operations on real threads have no order to record")
	}
	if err := CheckParams(w, cell.Params); err != nil {
		return nil, err
	}
	if n := w.needs(cell.Params).Pages; opt.Recorder != nil && n > 1 {
		return nil, fmt.Errorf("a mapping of %d pages cannot be recorded: a trace has mappings of one page", n)
	}
	if cell.Design != nil {
		if why := w.Lacks(cell.Design, cell.Params); why != "" {
			return nil, fmt.Errorf("not applicable: %s", why)
		}
	}
	cell.constantGaps = w.gapsConstant(cell)
	body, err := w.Setup(cell)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.Name, err)
	}
	m := cell.Machine
	envs, pool := make([]*Env, m.NCPU()), &handlePool{inUse: inUse{m: m}}
	for i := range envs {
		envs[i] = newEnv(m.CPU(i), cell, opt.Recorder, pool)
		envs[i].aliases = w.needs(cell.Params).Unaliases
		if envs[i].told = opt.Counting; envs[i].told != nil && envs[i].counting {
			envs[i].told(i)
		}
	}
	var live *liveRun
	if m.Live() {
		if live, err = newLiveRun(cell, envs); err != nil {
			return nil, err
		}
	}
	var win *window
	if cell.Watch != nil {
		win = newWindow(cell, envs, &opt)
	}
	if cell.step != nil {
		err = m.Serial(cell.steps, func(i int) (int, func(*mmu.CPU) error) {
			cpu, do := cell.step(i)
			return cpu, func(*mmu.CPU) error { return envs[cpu].act(do) }
		})
	} else {
		err = m.RunContext(ctx, func(c *mmu.CPU) error { return envs[c.ID()].run(body, opt.Label) })
	}
	switch {
	case err != nil:
		return nil, err
	case win != nil && win.err != nil:
		return nil, win.err
	case win != nil && !win.ended:
		return nil, errors.New("the CPUs finished before the end of the counting window")
	}
	if live != nil {
		if err = live.end(m, envs); err != nil {
			return nil, err
		}
	}
	return collect(cell, envs, win, live), nil
}

// collect sums the counts of the CPUs.
func collect(cell *Cell, envs []*Env, win *window, live *liveRun) *Outcome {
	m := cell.Machine
	out := &Outcome{Elapsed: m.Elapsed(), Latency: new(Histogram), KVAPages: m.KVAHigh()}
	var n tally
	if win == nil {
		envs[0].pool.inUse.settle(smp.Forever)
	}
	for _, e := range envs {
		if win == nil {
			e.after = e.snapshot(e.spent())
		}
		out.add(e)
		n.allocs += e.n.allocs
		n.frees += e.n.frees
	}
	all := m.Counters()
	out.Counters.Stale, out.Counters.StaleRisk, out.Counters.Faults = all.Stale, all.StaleRisk, all.Faults
	switch {
	case win != nil:
		win.outcome(out)
	case n.allocs != n.frees:
		m.Report(m.CPU(0), mmu.Finding{Kind: mmu.Leaked, Text: fmt.Sprintf("%d of %d handles were never freed", n.allocs-n.frees, n.allocs)})
		out.Counters.Faults++
	}
	if live != nil {
		out.Live = live.outcome(cell, envs)
	}
	out.Findings, out.Digest = m.Findings(), m.Digest()
	if cell.Notes != nil {
		out.Notes = cell.Notes()
	}
	return out
}

// Wrong says how many wrong answers the oracles found: "12 stale accesses, 0 faults"; it is empty if they found none.
func (out *Outcome) Wrong() string {
	n := &out.Counters
	if n.Stale+n.Faults == 0 {
		return ""
	}
	return fmt.Sprintf("%s, %s", texttab.Count(n.Stale, "stale access"), texttab.Count(n.Faults, "fault"))
}

// add adds a CPU's counts between its snapshots.
func (out *Outcome) add(e *Env) {
	n := e.after.counters
	n.Sub(&e.before.counters)
	out.Counters.Add(&n)
	if e.computes() {
		out.Computing++
		out.Lost += e.after.spent[smp.CostStolen] - e.before.spent[smp.CostStolen]
		out.Stall = max(out.Stall, e.stall)
		e.after.spent[smp.CostWork] = e.before.spent[smp.CostWork]
	}
	before := out.Cycles
	for k := range out.Spent {
		spent := e.after.spent[k] - e.before.spent[k]
		out.Spent[k] += spent
		if smp.Cost(k) != smp.CostIdle {
			out.Cycles += spent
		}
	}
	allocs, frees := e.after.n.allocs-e.before.n.allocs, e.after.n.frees-e.before.n.frees
	out.Rates = append(out.Rates, float64(allocs+frees)/float64(max(1, out.Cycles-before)))
	out.Latency.Merge(&e.hist)
	out.Allocs += allocs
	out.Frees += frees
	out.Ops += frees
	out.Failed += e.after.n.failed - e.before.n.failed
	out.Reuses += e.after.n.reuses - e.before.n.reuses
	if e.live != nil {
		out.PeakBufs = max(out.PeakBufs, e.live.peak)
	} else {
		out.PeakBufs = max(out.PeakBufs, e.pool.inUse.peak)
	}
}
