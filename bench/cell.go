package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"

	pprof "github.com/google/pprof/profile"

	"lwbench/allocators"
	"lwbench/bench/profile"
	"lwbench/bench/workload"
	"lwbench/mmu"
	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// Setting is one name and its value: a tunable of a design or a parameter of a workload.
type Setting struct{ Name, Value string }

// Cell is one run: one design under one workload on one machine. It is read-only once a Grid has made it.
type Cell struct {
	Design    *allocators.Design
	Workload  *workload.Workload
	CPUs      int
	Machine   *mmu.Spec
	Set       []Setting         // tunables given, those that the design has
	Param     []Setting         // parameters given, those that the workload has
	Tuning    allocators.Tuning // Set, as numbers
	Ops       int               // operations a CPU
	Warmup    int               // operations a CPU before counting starts
	Seed      uint64
	Live      bool     // on real threads
	NoIPICost bool     // live: see Grid
	Profile   *Profile // live: or nil
	Reps      int      // how often the cell is run in all
	Rep       int      // 0 for the first repetition; each runs with the seed after the one before
	// Costs asks for a profile of simulated cost, under the virtual clock: for whoever has the cell before it runs.
	Costs bool
}

// Name is the cell's name in a result file, without "Benchmark". It ends in /cpus=N, which no reader takes for a
// GOMAXPROCS.
func (c *Cell) Name() string {
	var b strings.Builder
	b.WriteString(strings.ToUpper(c.Workload.Name[:1]) + c.Workload.Name[1:])
	fmt.Fprintf(&b, "/alloc=%s", c.Design.Name)
	for _, list := range [][]Setting{c.Set, c.Param} {
		for _, s := range list {
			fmt.Fprintf(&b, "/%s=%s", s.Name, strings.Map(nameSafe, s.Value))
		}
	}
	fmt.Fprintf(&b, "/cpus=%d", c.CPUs)
	return b.String()
}

// nameSafe keeps a value from breaking a benchmark's name apart.
func nameSafe(r rune) rune {
	if r <= ' ' || r == '/' || r == '=' || r == 0x7f {
		return '_'
	}
	return r
}

// Result is one cell and what came out: an outcome, or the standstill that its design came to.
type Result struct {
	Cell   *Cell
	Out    *workload.Outcome
	Failed error // nil, or why there is no Out; see standstill
	// Spread, for the last repetition of a cell on real threads, is how far all of them lie apart: the median distance of
	// sec/op from its median, by the median. Negative where it is not known.
	Spread float64
	// Costs is where the cycles went, where the cell asked for it. Its totals are Out's.
	Costs *pprof.Profile
}

// standstill reports whether an error of a cell is its design's doing and not the input's or the user's: its CPUs wait for
// each other, or nothing will come free any more. Such a cell has no figures, and a sweep goes on without it.
func standstill(err error) bool {
	var dead *smp.DeadlockError
	return errors.As(err, &dead) || errors.Is(err, workload.ErrStarved)
}

// Declared reports whether the design says of itself what the cell failed of: that its KVA grows without bound.
func (r *Result) Declared() bool {
	return r.Cell.Design.Grows != "" && errors.Is(r.Failed, workload.ErrStarved)
}

// Run runs the cell on a fresh machine. probe and rec may be nil. What the oracles find is no error.
func (c *Cell) Run(ctx context.Context, probe mmu.Probe, rec workload.Recorder) (*Result, error) {
	fail := func(err error) (*Result, error) { return nil, fmt.Errorf("%s: %w", c.Name(), err) }
	opt := mmu.Options{CPUs: c.CPUs, Probe: probe}
	if c.Live {
		opt.Live = c.live()
	}
	run, load := workload.RunOptions{Recorder: rec}, 0.0
	var col *profile.Collector
	if c.Costs {
		col = profile.NewCollector(c.CPUs)
		opt.Profiler, run.Counting = col, col.Begin
	}
	m, err := mmu.New(c.Machine, opt)
	if err != nil {
		return fail(err)
	}
	if col != nil {
		col.Watch(m)
	}
	a, err := c.Design.New(m, c.Tuning)
	if err != nil {
		return fail(err)
	}
	params := make(workload.Values)
	for _, s := range c.Param {
		params[s.Name] = s.Value
	}
	if c.Live {
		load = max(0, host.Load())
	}
	end, err := c.begin(&run)
	if err != nil {
		return fail(err)
	}
	out, err := workload.Run(ctx, c.Workload, &workload.Cell{
		Machine: m, Alloc: a, Design: c.Design,
		Ops: c.Ops, Warmup: c.Warmup, Seed: c.Seed + uint64(c.Rep), Params: params,
	}, run)
	if err = errors.Join(err, end(m)); err != nil {
		return fail(err)
	}
	if out.Live != nil {
		out.Live.Load = load
	}
	r := &Result{Cell: c, Out: out, Spread: -1}
	if col != nil {
		if r.Costs, err = col.Profile(c.profiled(out)); err != nil {
			return fail(err)
		}
	}
	return r, nil
}

// Stale reports whether an access of the cell went to the wrong page, and Faulty whether any other rule was broken.
func (r *Result) Stale() bool { return r.Out.Counters.Stale > 0 }

// Faulty reports whether the oracles found anything that the design does not declare.
func (r *Result) Faulty() bool {
	n := &r.Out.Counters
	return (n.Stale > 0 && r.Cell.Design.KnownFault == "") || n.Faults > 0
}

// profiled is what a profile says of its cell.
func (c *Cell) profiled(out *workload.Outcome) profile.Cell {
	return profile.Cell{
		Name: c.Name(), Alloc: c.Design.Name, Workload: c.Workload.Name,
		Machine: c.Machine.Name, ClockHz: c.Machine.ClockHz, Elapsed: out.Elapsed,
	}
}
