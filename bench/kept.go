package bench

import (
	"errors"
	"fmt"
	"strings"

	"lwbench/bench/workload"
)

// Kept is what is kept of a result under the virtual clock, without its cell: everything that a result file needs.
type Kept struct {
	Cell      string    `json:"cell"` // for people
	Ops       int64     `json:"ops,omitempty"`
	Computing bool      `json:"computing,omitempty"` // some CPUs only compute
	Values    []float64 `json:"values,omitempty"`    // of the engine's units, in their order
	Failed    string    `json:"failed,omitempty"`    // why there are no figures, in one line
	Starved   bool      `json:"starved,omitempty"`
	Notes     []string  `json:"notes,omitempty"`
}

// Keep returns what is to be kept of the result.
func (r *Result) Keep() *Kept {
	if r.kept != nil {
		return r.kept
	}
	k := &Kept{Cell: r.Cell.Name() + " on " + r.Cell.Machine.Name}
	if r.Failed != nil {
		line, _, _ := strings.Cut(r.Failed.Err.Error(), "\n")
		k.Failed, k.Starved = line, errors.Is(r.Failed, workload.ErrStarved)
		return k
	}
	k.Ops, k.Notes, k.Computing = r.Out.Ops, r.Out.Notes, r.Out.Computing > 0
	for i := range r.Cell.Engine.Units {
		k.Values = append(k.Values, r.Cell.Engine.Units[i].Value(r.Out))
	}
	return k
}

// Result returns the result of a cell of which k was kept. It has no Costs, and of Out only what k holds.
func (k *Kept) Result(c *Cell) (*Result, error) {
	r := &Result{Cell: c, Spread: -1, kept: k}
	switch {
	case k.Failed != "":
		r.Failed = &CellError{c, &keptError{k}}
	case len(k.Values) != len(c.Engine.Units):
		return nil, fmt.Errorf("%s: %d figures were kept, expected %d", k.Cell, len(k.Values), len(c.Engine.Units))
	default:
		r.Out = &workload.Outcome{Ops: k.Ops, Notes: k.Notes}
	}
	return r, nil
}

// keptError is why a design got stuck when the cell was run.
type keptError struct{ k *Kept }

func (e *keptError) Error() string { return e.k.Failed }

// Unwrap lets CellError.Declared see the cause.
func (e *keptError) Unwrap() error {
	if e.k.Starved {
		return workload.ErrStarved
	}
	return nil
}
