package bench

import (
	"runtime"
	"slices"

	"lwbench/bench/record"
	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// Engine is a way to run cells, with everything that depends on it: the defaults of a sweep, the units of its results and
// the keys that they carry. Engines are compared by name.
type Engine struct {
	Name    string        // as in flags and results
	Cost    string        // the unit in which designs are compared
	Units   []record.Unit // in file order
	Extra   []record.Unit // further units that a cell has on request: see WithExposure
	Exact   bool          // equal runs have equal figures; otherwise repetitions differ, and are interleaved
	Threads bool          // CPUs are real threads, so that only one cell runs at a time
	Exposes bool          // cells measure exposure

	CPUs         []int // the defaults of a sweep
	Warmup, Reps int

	keys func(*Result) []record.Setting
}

// Engines lists the engines, the default first.
func Engines() []*Engine { return []*Engine{Virtual(), Live()} }

// EngineNamed returns an engine, or nil.
func EngineNamed(name string) *Engine {
	i := slices.IndexFunc(Engines(), func(e *Engine) bool { return e.Name == name })
	if i < 0 {
		return nil
	}
	return Engines()[i]
}

// Unit returns a unit that the engine measures, always or on request, or nil.
func (e *Engine) Unit(name string) *record.Unit {
	for _, u := range e.AllUnits() {
		if u.Name == name {
			return &u
		}
	}
	return nil
}

// AllUnits lists the units that the engine measures, always or on request.
func (e *Engine) AllUnits() []record.Unit { return slices.Concat(e.Units, e.Extra) }

// WithExposure returns the engine that also measures exposure, whose units follow the others. e must be Exact.
func (e *Engine) WithExposure() *Engine {
	x := *e
	x.Units, x.Extra, x.Exposes = e.AllUnits(), nil, true
	return &x
}

// Virtual simulates time: figures are exact and the same on any host.
func Virtual() *Engine {
	return &Engine{
		Name: record.Virtual, Cost: "cycles/op", Units: record.VirtualUnits(), Extra: record.ExposureUnits(), Exact: true,
		CPUs: []int{1, 2, 8, 32}, Reps: 1,
		Warmup: 1000, // if the user gives Ops: without it the initial KVA allocation of each cache dominates on many CPUs
		keys:   func(*Result) []record.Setting { return nil },
	}
}

// Live runs a cell on real threads: figures are seconds of this host.
func Live() *Engine {
	return &Engine{
		Name: record.Live, Cost: "sec/op", Units: record.LiveUnits(), Threads: true,
		CPUs: []int{1, 2, 4}, Warmup: 100, Reps: 5,
		keys: liveKeys,
	}
}

// liveKeys describes the host: benchstat does not compare results that differ in a key.
func liveKeys(r *Result) []record.Setting {
	pin, claim, cost := "core", "scaling", "machine"
	if !r.Out.Live.Pinned {
		pin, claim = "none", "no-scaling"
	}
	if r.Cell.NoIPICost {
		cost = "none"
	}
	counters := "user"
	if why := r.Out.Live.Hardware.NoCounts; why != "" {
		counters = "unavailable: " + why
	}
	return []record.Setting{
		{Name: "goos", Value: runtime.GOOS},
		{Name: "goarch", Value: runtime.GOARCH},
		{Name: record.KeyCPU, Value: host.Model()},
		{Name: record.KeyPin, Value: pin},
		{Name: record.KeyClaim, Value: claim},
		{Name: record.KeyIPICost, Value: cost},
		{Name: record.KeyCounters, Value: counters},
	}
}

// Header returns the start of a result file of this engine.
func (e *Engine) Header(command string) record.Header {
	h := record.Header{Command: command, Units: e.Units, Exact: e.Exact}
	if !e.Exact {
		h.Units = append(slices.Clone(h.Units), record.Unit{Name: record.Spread, Better: "lower"})
	}
	return h
}

// live returns how the machine runs on real threads, or nil under the virtual clock. sample is the lock wait in nanoseconds
// for each stack that is taken; 0 takes none.
func (c *Cell) live(sample float64) *smp.Live {
	if !c.Engine.Threads {
		return nil
	}
	return &smp.Live{NoIPICost: c.NoIPICost, Sample: sample}
}
