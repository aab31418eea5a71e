package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	pprof "github.com/google/pprof/profile"

	"lwbench/allocators"
	"lwbench/bench/exposure"
	"lwbench/bench/input"
	"lwbench/bench/profile"
	"lwbench/bench/record"
	"lwbench/bench/steady"
	"lwbench/bench/workload"
	"lwbench/internal/hang"
	"lwbench/mmu"
	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// Cell is one run: one design under one workload on one machine. Package plan makes cells; nothing changes them
// during a run.
type Cell struct {
	Engine   *Engine
	Design   *allocators.Design
	Workload *workload.Workload
	CPUs     int
	Machine  *mmu.Spec
	Set      []record.Setting  // tunables that were set, of this design
	Param    []record.Setting  // parameters that were set, of this workload
	Tuning   allocators.Tuning // Set, as numbers
	// Until is the criterion for a steady cell, which runs until it is met and counts its last part. If Until is nil,
	// or the cell cannot be steady (real threads, real input), Warmup and Ops decide what counts.
	Until  *steady.Criterion
	Ops    int // operations per CPU
	Warmup int // operations per CPU before counting starts
	Seed   uint64
	Reps   int    // repetitions of the cell
	Rep    int    // 0 for the first repetition; each runs with the next seed
	rerun  string // why the cell is run once more (record.KeyRun), or ""

	NoIPICost   bool               // real threads: an IPI costs what the host takes, not what the machine file says
	WantCosts   bool               // also collect Result.Costs: under virtual time of the cell itself, on real threads of runs after its last repetition
	ProfileTime time.Duration      // real threads: CPU time of these runs; 0 is 10 s
	Counters    host.CounterSource // real threads: the host's counters; nil is host.Hardware
	HangAfter   time.Duration      // virtual time: limit, in host time, for code that does not call the machine; 0 is 20 s
	Files       *input.Files       // opens the input file; if nil, it is opened by name
}

// ReadsInput reports whether the cell takes its operations from an input file.
func (c *Cell) ReadsInput() bool { return c.Workload.Reads(Values(c.Param)) }

// name returns the cell's typed name.
func (c *Cell) name() *record.Name {
	return &record.Name{Workload: c.Workload.Name, Params: c.Param, Design: c.Design.Name, Set: c.Set, CPUs: c.CPUs}
}

// Name returns the cell's name in a result file, without "Benchmark".
func (c *Cell) Name() string { return c.name().String() }

// Key identifies the cell among results.
func (c *Cell) Key() record.Key {
	return record.Key{Engine: c.Engine.Name, Machine: c.Machine.Name, Name: c.Name(), Run: c.rerun}
}

// Rough returns the cell with a run that ends when its cost is known to 10 %, to see whether it could win.
func (c *Cell) Rough() *Cell {
	x, until := *c, c.Until.Roughly()
	x.Until = &until
	return &x
}

// Precise returns the cell to run again until it is steady. Its result replaces a rough one.
func (c *Cell) Precise() *Cell { return c.again(record.Precise, 1) }

// longer and longest are the factors of operations for a cell that runs again until it is steady.
const longer, longest = 4, 16

// Longer returns the cell to run again, with more operations to become steady. Its result replaces the first one.
func (c *Cell) Longer() *Cell { return c.again(record.Longer, longer) }

// Longest returns the cell to run again for as long as a cell ever runs. Its result replaces the others.
func (c *Cell) Longest() *Cell { return c.again(record.Longest, longest) }

func (c *Cell) again(run string, times int64) *Cell {
	x, until := *c, c.Until.Longer(times)
	x.rerun, x.Until = run, &until
	return &x
}

// Screening is the length of a cell whose run ends when its cost is known to 10 %.
const Screening = "rough"

// Lengths lists how long a cell may run until its cost is steady, as Length takes them: as a sweep first runs a cell of many designs, as it
// runs any other, and as it runs one again that may be the cheapest.
func Lengths() []string { return []string{Screening, "steady", record.Longer, record.Longest} }

// Length returns the cell with one of Lengths, so that its figure is that of a sweep which ran it for as long. The cell must run
// until it is steady.
func (c *Cell) Length(name string) *Cell {
	x := c
	switch name {
	case Screening:
		x = c.Rough()
	case record.Longer:
		x = c.Longer()
	case record.Longest:
		x = c.Longest()
	}
	y := *x
	y.rerun = ""
	return &y
}

// Reseeded returns the cell to run again with the n-th seed after its own: its result is another repetition.
func (c *Cell) Reseeded(n int) *Cell {
	x, until := *c, c.Until.Longer(1)
	x.Until = &until
	x.rerun, x.Rep = fmt.Sprintf("seed %d", c.Seed+uint64(n)), n
	return &x
}

// FileName returns a name for a file about this repetition of the cell, without an extension.
func (c *Cell) FileName() string { return c.Key().FileName(c.Rep, slices.Concat(c.Set, c.Param)) }

// CellError is an error of one cell.
type CellError struct {
	Cell *Cell
	Err  error
}

// Error returns the cause after the cell's name.
func (e *CellError) Error() string { return e.Cell.Name() + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *CellError) Unwrap() error { return e.Err }

// Stuck reports whether the design made the cell fail: its CPUs wait for each other or make no progress, no buffer
// becomes free, the KVA window is too small for it, or it panicked. Such a cell has no figures, and a sweep continues
// without it. Any other error is in the input or from the user.
func (e *CellError) Stuck() bool {
	var dead *smp.DeadlockError
	var panicked *smp.Panic
	return errors.As(e.Err, &dead) || errors.As(e.Err, &panicked) ||
		errors.Is(e.Err, workload.ErrStarved) || errors.Is(e.Err, workload.ErrLivelock) || e.noKVA()
}

// Declared reports whether the cause is known: the design declares that its KVA grows without bound, or the user has chosen a
// window that is too small for it.
func (e *CellError) Declared() bool {
	return e.Cell.Design.Grows != "" && errors.Is(e.Err, workload.ErrStarved) || e.Cell.Machine.KVAPages > 0 && e.noKVA()
}

// noKVA reports whether the KVA window is too small for the design.
func (e *CellError) noKVA() bool { return errors.Is(e.Err, mmu.ErrNoKVA) }

// Result is one cell and its outcome.
type Result struct {
	Cell   *Cell
	Out    *workload.Outcome
	Failed *CellError // set if the design got stuck; then Out is nil
	// Spread is set for the last repetition of a cell on real threads: the median distance of sec/op from its median,
	// over that median. It is negative if unknown.
	Spread float64
	// Costs is where the cycles went, if the cell wanted it; its totals are Out's. On real threads it is a profile of runs of
	// their own, and only the last repetition has it.
	Costs *pprof.Profile
	kept  *Kept // the figures of a result that was kept and not run: Out has none
}

// Run runs the cell on a fresh machine. probe and rec may be nil. With rec the cell's Warmup and Ops are recorded,
// and all of them count. Findings of the oracles are part of the result; an error is a *CellError.
func (c *Cell) Run(ctx context.Context, probe mmu.Probe, rec workload.Recorder) (*Result, error) {
	r, err := c.run(ctx, probe, rec)
	if err != nil {
		return nil, &CellError{c, err}
	}
	return r, nil
}

func (c *Cell) run(ctx context.Context, probe mmu.Probe, rec workload.Recorder) (*Result, error) {
	probe, exposed := c.meter(probe)
	opt, run, load := mmu.Options{CPUs: c.CPUs, Probe: probe, Config: smp.Config{Live: c.live(0)}}, workload.RunOptions{Recorder: rec}, 0.0
	var costs *profile.Collector
	if c.WantCosts && !c.Engine.Threads {
		costs = profile.NewCollector(c.CPUs)
		opt.Profiler, run.Counting, run.Counted = costs, costs.Begin, costs.End
	}
	m, err := mmu.New(c.Machine, opt)
	if err != nil {
		return nil, err
	}
	if costs != nil {
		costs.Watch(m)
	}
	a, err := c.newAllocator(m)
	if err != nil {
		return nil, err
	}
	if c.Engine.Threads {
		load = max(0, host.Load())
	}
	out, err := c.measure(ctx, &workload.Cell{
		Machine: m, Alloc: a, Design: c.Design,
		Watch: c.watch(rec), Cold: c.Until == nil && c.Warmup == 0, Ops: c.Ops, Warmup: c.Warmup, Seed: c.Seed + uint64(c.Rep), Params: Values(c.Param), Files: c.Files,
		Counters: c.Counters,
	}, run)
	if err != nil {
		return nil, err
	}
	if exposed != nil {
		x := exposed.Figures()
		out.Exposure = &x
	}
	r := &Result{Cell: c, Out: out, Spread: -1}
	if out.Live != nil {
		out.Live.Load = load
		if c.WantCosts && c.Rep == c.Reps-1 {
			r.Costs, err = c.profileLive(ctx, out)
		}
	}
	if costs != nil {
		of := c.profiled(out)
		of.Elapsed, of.Ops = out.Elapsed, out.Ops
		r.Costs, err = costs.Profile(of)
	}
	return r, err
}

// meter returns the meter of exposure and a probe of it and of probe. Where the engine does not measure exposure it returns
// probe and nil.
func (c *Cell) meter(probe mmu.Probe) (mmu.Probe, *exposure.Meter) {
	if !c.Engine.Exposes || c.Design.Floor { // the direct map reaches every page, always
		return probe, nil
	}
	m := new(exposure.Meter)
	if probe == nil {
		return m, m
	}
	return probes{probe, m}, m
}

// probes is several probes in one.
type probes []mmu.Probe

// Event implements mmu.Probe.
func (list probes) Event(e *mmu.Event) {
	for _, p := range list {
		p.Event(e)
	}
}

// newAllocator creates the cell's allocator. A panic becomes an error, as during the run.
func (c *Cell) newAllocator(m *mmu.Machine) (a allocators.Allocator, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("creating the allocator: %w", &smp.Panic{Value: v, Stack: debug.Stack()})
		}
	}()
	return c.Design.New(m, c.Tuning)
}

// measure runs the workload. Under the virtual clock it returns a *hang.Error if the design loops.
func (c *Cell) measure(ctx context.Context, cell *workload.Cell, opt workload.RunOptions) (out *workload.Outcome, err error) {
	if c.Engine.Threads {
		return workload.Run(ctx, c.Workload, cell, opt)
	}
	err = hang.Run(cmp.Or(c.HangAfter, 20*time.Second), cell.Machine.Progress, func() (err error) {
		out, err = workload.Run(ctx, c.Workload, cell, opt)
		return err
	})
	return out, err
}

// watch returns the criterion for what counts, or nil if everything counts or each CPU decides for itself.
func (c *Cell) watch(rec workload.Recorder) steady.Watch {
	switch {
	case c.Engine.Threads, c.ReadsInput(), rec != nil:
		return nil
	case c.Until != nil:
		return steady.Until(*c.Until)
	}
	return steady.FixedWindow(c.CPUs, c.Warmup, c.Ops)
}

// Values returns parameters as a workload takes them.
func Values(params []record.Setting) workload.Values {
	values := make(workload.Values)
	for _, s := range params {
		values[s.Name] = s.Value
	}
	return values
}

// profiled identifies the cell in a profile.
func (c *Cell) profiled(out *workload.Outcome) profile.Cell {
	return profile.Cell{
		Name: c.Name(), Alloc: c.Design.Name, Workload: c.Workload.Name, Machine: c.Machine.Name, ClockHz: c.Machine.ClockHz,
		Wrong: out.Wrong(),
	}
}

// Stale reports whether any access of the cell went to the wrong page.
func (r *Result) Stale() bool { return r.Out.Counters.Stale > 0 }

// Faulty reports whether the oracles found anything that the design does not declare.
func (r *Result) Faulty() bool {
	n := &r.Out.Counters
	return (n.Stale > 0 && r.Cell.Design.KnownFault == "") || n.Faults > 0
}

// Record converts the result to the form of a result file. The result must not have failed.
func (r *Result) Record() *record.Result {
	e := r.Cell.Engine
	res := &record.Result{Name: *r.Cell.name(), Config: []record.Setting{
		{Name: record.KeyEngine, Value: e.Name}, {Name: record.KeyMachine, Value: r.Cell.Machine.Name},
	}}
	if r.Cell.rerun != "" {
		res.Config = append(res.Config, record.Setting{Name: record.KeyRun, Value: r.Cell.rerun})
	}
	for _, s := range e.keys(r) {
		if s.Value != "" {
			res.Config = append(res.Config, s)
		}
	}
	figures := r.Keep()
	res.Ops = figures.Ops
	for i := range e.Units {
		if !e.Units[i].Applies(figures.Computing, !r.Cell.Design.Floor) {
			continue
		}
		if math.IsNaN(figures.Values[i]) {
			continue // this host does not count it
		}
		res.Values = append(res.Values, record.Value{Unit: e.Units[i].Name, Value: figures.Values[i]})
	}
	if r.Costs != nil && !e.Threads {
		res.Hot = hot(r.Costs)
	}
	if r.Spread >= 0 && !e.Exact {
		res.Values = append(res.Values, record.Value{Unit: record.Spread, Value: r.Spread})
	}
	return res
}

// hot names the lock with the most waiting in a profiled cell and the source line with the most cycles.
func hot(p *pprof.Profile) string {
	var parts []string
	if locks, total := profile.Locks(p), profile.Total(p, "cycles"); len(locks) > 0 && 10*locks[0].Cycles >= total {
		parts = append(parts, fmt.Sprintf("%.0f %% wait for %s", 100*float64(locks[0].Cycles)/float64(total), locks[0].Name))
	}
	if line, share := profile.Hottest(p); line != "" {
		parts = append(parts, fmt.Sprintf("%.0f %% at %s", 100*share, line))
	}
	return strings.Join(parts, ", ")
}
