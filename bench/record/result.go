package record

import (
	"slices"

	"golang.org/x/perf/benchfmt"
)

// The engines, as results name them.
const (
	Virtual = "virtual" // simulated time: figures are exact
	Live    = "live"    // real threads: figures are times of this host and vary
)

// Values of KeyRun for a result that replaces the cell's earlier ones, which had not settled or were too imprecise.
const (
	Precise = "precise" // after a rough one
	Longer  = "longer"
	Longest = "longest" // after Longer
)

// Replaces reports whether a result with this value of KeyRun replaces the cell's earlier ones. The others are repetitions.
func Replaces(run string) bool { return run == Precise || run == Longer || run == Longest }

// Keys that a result may carry besides its name. A live result has all of them, a virtual one the first two.
const (
	KeyEngine   = "engine"
	KeyMachine  = "machine"  // the machine file
	KeyCPU      = "cpu"      // model name of the host's processor
	KeyPin      = "pin"      // "core", or "none" where threads shared host cores
	KeyCounters = "counters" // "user", or "unavailable: " and why the host counts no events
	KeyClaim    = "claim"    // "scaling", or "no-scaling" where threads shared host cores
	KeyIPICost  = "ipi-cost"
	KeyRun      = "run" // of a cell that ran again to find the winner: Precise, Longer, Longest, or the seed
)

// Result is one repetition of a cell, as a result file holds it.
type Result struct {
	Name
	Config []Setting // keys and values, in file order
	Ops    int64     // operations of all CPUs
	Values []Value   // in file order

	// Hot is the source line outside of the workload that spends most cycles, with its share of them, if the cell was
	// profiled. It is not part of result files.
	Hot string

	rep int // the repetition, from 1, if a file that is not finished says so
}

// Value is one measured quantity.
type Value struct {
	Unit  string
	Value float64
}

// Get returns the value of a configuration key, or "".
func (r *Result) Get(key string) string {
	i := slices.IndexFunc(r.Config, func(s Setting) bool { return s.Name == key })
	if i < 0 {
		return ""
	}
	return r.Config[i].Value
}

// Value returns a measured quantity and whether the result has it.
func (r *Result) Value(unit string) (float64, bool) {
	i := slices.IndexFunc(r.Values, func(v Value) bool { return v.Unit == unit })
	if i < 0 {
		return 0, false
	}
	return r.Values[i].Value, true
}

// Wrong reports whether the oracles found a stale access or another fault: such figures never count as better.
func (r *Result) Wrong() bool {
	return slices.ContainsFunc(r.Values, func(v Value) bool { return FaultUnit(v.Unit) && v.Value > 0 })
}

// FaultUnit reports whether a unit counts findings of the oracles: a result with a non-zero value has wrong answers.
func FaultUnit(unit string) bool { return unit == "stale" || unit == "faults" }

// Key identifies the result's cell.
func (r *Result) Key() Key {
	return Key{Engine: r.Get(KeyEngine), Machine: r.Get(KeyMachine), Name: r.String(), Run: r.Get(KeyRun)}
}

// config returns the configuration in the form of the Go benchmark format.
func config(list []Setting) (out []benchfmt.Config) {
	for _, s := range list {
		out = append(out, benchfmt.Config{Key: s.Name, Value: []byte(s.Value), File: true})
	}
	return out
}
