package workload

import (
	"context"
	"errors"
	"fmt"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// RunOptions are what a run may do beside running.
type RunOptions struct {
	Recorder Recorder // told of every operation, or nil
	// Counting, if not nil, is told when a CPU's warm-up is over and what it does begins to count, on its goroutine; where
	// there is no warm-up, before the run.
	Counting func(cpu int)
	// Label, for live machines, returns what to call when a CPU enters a phase of an operation; called on its thread.
	Label func(cpu int) func(Phase)
}

// Run runs one cell from setup to outcome. An error of the input or a deadlock comes with no outcome; what the oracles
// find is part of the outcome and no error.
func Run(ctx context.Context, w *Workload, cell *Cell, opt RunOptions) (*Outcome, error) {
	if opt.Recorder != nil && cell.Machine.Live() {
		return nil, errors.New("operations on real threads have no order to record")
	}
	if err := CheckParams(w, cell.Params); err != nil {
		return nil, err
	}
	body, err := w.Setup(cell)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.Name, err)
	}
	m := cell.Machine
	envs, pool := make([]*Env, m.NCPU()), new(handlePool)
	for i := range envs {
		envs[i] = newEnv(m.CPU(i), cell, opt.Recorder, pool)
		if envs[i].told = opt.Counting; envs[i].told != nil && envs[i].counting {
			envs[i].told(i)
		}
	}
	if cell.step != nil {
		err = m.Serial(cell.steps, func(i int) (int, func(*mmu.CPU) error) {
			cpu, do := cell.step(i)
			return cpu, func(*mmu.CPU) error { return envs[cpu].act(do) }
		})
	} else {
		err = m.RunContext(ctx, func(c *mmu.CPU) error { return envs[c.ID()].run(body, opt.Label) })
	}
	if err != nil {
		return nil, err
	}
	return collect(cell, envs), nil
}

// collect sums up what the CPUs have counted.
func collect(cell *Cell, envs []*Env) *Outcome {
	m := cell.Machine
	out := &Outcome{Elapsed: m.Elapsed(), Latency: new(Histogram), KVAPages: m.KVAHigh()}
	var allocs, frees int64
	for _, e := range envs {
		out.add(e)
		allocs += e.n.allocs
		frees += e.n.frees
	}
	if cell.Warmup == 0 && allocs != frees {
		m.Report(m.CPU(0), mmu.Finding{Kind: mmu.Leaked, Text: fmt.Sprintf("%d of %d handles were never freed", allocs-frees, allocs)})
		out.Counters.Faults++
	}
	if m.Live() {
		out.Live = liveOutcome(cell, envs)
	}
	out.Findings, out.Digest = m.Findings(), m.Digest()
	if cell.Notes != nil {
		out.Notes = cell.Notes()
	}
	return out
}

func (out *Outcome) add(e *Env) {
	c := e.cpu
	n := c.N
	n.Sub(&e.before.counters)
	out.Counters.Add(&n)
	before := out.Cycles
	for k := range out.Spent {
		spent := c.Spent(smp.Cost(k)) - e.before.spent[k]
		out.Spent[k] += spent
		if smp.Cost(k) != smp.CostIdle {
			out.Cycles += spent
		}
	}
	out.Rates = append(out.Rates, float64(e.n.allocs+e.n.frees)/float64(max(1, out.Cycles-before)))
	out.Latency.Merge(&e.hist)
	out.Allocs += e.n.allocs
	out.Frees += e.n.frees
	out.Failed += e.n.failed
	out.Ops += e.done
	out.Reuses += e.n.reuses
}
