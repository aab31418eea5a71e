package validate

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/expr-lang/expr"

	"lwbench/bench/plan"
	"lwbench/bench/spread"
)

// Verdict is the result of comparing a prediction with its published value.
type Verdict uint8

// The verdicts.
const (
	Met       Verdict = iota // within the tolerance
	Explained                // outside, for the stated reason
	Unclaimed                // the model predicts nothing, for the stated reason
	Missed                   // outside, without a stated reason
	Reversed                 // a ratio on the other side of 1
)

// String returns the verdict as in tables.
func (v Verdict) String() string {
	return [...]string{"met", "off", "not predicted", "MISSED", "REVERSED"}[v]
}

// Prediction is one row of a table and the model's prediction.
type Prediction struct {
	Row     *Row
	Value   float64
	Ratio   float64 // predicted over published: 1 within a published range
	Verdict Verdict
	// Needless is set if a reason is stated for a prediction that is within its tolerance.
	Needless bool
}

// Ordering is one order of a table and whether the model shows it.
type Ordering struct {
	*Order
	Reversed [][2]string // neighbours that the model puts in the opposite order, or at the same level
}

// Outcome is a table with all its predictions.
type Outcome struct {
	Table       *Table
	Predictions []Prediction
	Orders      []Ordering
}

// Failed reports whether the table contradicts the model: an order is reversed, or a value is outside of its
// tolerance without a stated reason.
func (o *Outcome) Failed() bool {
	return slices.ContainsFunc(o.Orders, func(x Ordering) bool { return len(x.Reversed) > 0 }) ||
		slices.ContainsFunc(o.Predictions, func(p Prediction) bool { return p.Verdict >= Missed })
}

// Plan is a list of tables whose cells can all be run.
type Plan struct {
	tables []*Table
	jobs   []job
}

// NewPlan looks up all names in the tables. An error is in the input, one line.
func NewPlan(tables []*Table, lists plan.Lists) (*Plan, error) {
	p := &Plan{tables: tables}
	for i, t := range tables {
		for _, name := range slices.Sorted(maps.Keys(t.Cells)) {
			c := t.Cells[name]
			run, err := c.prepare(lists)
			if err != nil {
				return nil, fmt.Errorf("%s: cell %s: %w", t.Name, name, err)
			}
			p.jobs = append(p.jobs, job{i, name, run})
		}
	}
	return p, nil
}

// Cells returns the number of cells that Run will run.
func (p *Plan) Cells() int { return len(p.jobs) }

// Run runs every cell, n of them in parallel, and judges each row. The outcomes do not depend on n. done is called
// after each cell, by one goroutine at a time. A cell that fails, or the end of ctx, ends the run with an error.
func (p *Plan) Run(ctx context.Context, n int, done func()) ([]*Outcome, error) {
	results, err := p.runJobs(ctx, n, done)
	if err != nil {
		return nil, err
	}
	env := make([]map[string]any, len(p.tables))
	for i := range env {
		env[i] = make(map[string]any)
	}
	for i, j := range p.jobs {
		env[j.table][j.name] = results[i]
	}
	var out []*Outcome
	for i, t := range p.tables {
		o, err := t.judge(env[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		out = append(out, o)
	}
	return out, nil
}

// judge evaluates every row.
func (t *Table) judge(env map[string]any) (*Outcome, error) {
	o := &Outcome{Table: t}
	at := make(map[string]float64)
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Value == "" {
			o.Predictions = append(o.Predictions, Prediction{Row: r, Ratio: 1, Verdict: Unclaimed})
			continue
		}
		v, err := r.evaluate(env)
		if err != nil {
			return nil, fmt.Errorf("row %q: %w", r.Name, err)
		}
		at[r.Name] = v
		o.Predictions = append(o.Predictions, r.compare(v))
	}
	for i := range t.Order {
		x := Ordering{Order: &t.Order[i]}
		for k, name := range x.Rows[1:] {
			if before := x.Rows[k]; at[before]*(1+level) >= at[name] {
				x.Reversed = append(x.Reversed, [2]string{before, name})
			}
		}
		o.Orders = append(o.Orders, x)
	}
	return o, nil
}

// level is the minimum relative difference of two predictions that counts as an order.
const level = 0.005

func (r *Row) evaluate(env map[string]any) (float64, error) {
	got, err := expr.Run(r.program, env)
	if err != nil {
		return 0, fmt.Errorf("value: %s", oneLine(err.Error()))
	}
	var v float64
	switch x := got.(type) {
	case float64:
		v = x
	case int:
		v = float64(x)
	default:
		return 0, fmt.Errorf("value: %s is not a number: does the cell have that unit?", r.Value)
	}
	if math.IsNaN(v) || math.IsInf(v, 0) || v <= 0 {
		return 0, fmt.Errorf("value: %s is %v, expected a positive number", r.Value, v)
	}
	return v, nil
}

// compare judges one value.
func (r *Row) compare(v float64) Prediction {
	p := Prediction{Row: r, Value: v, Ratio: 1}
	switch {
	case v < r.Published.Low:
		p.Ratio = v / r.Published.Low
	case v > r.Published.High:
		p.Ratio = v / r.Published.High
	}
	within := max(p.Ratio, 1/p.Ratio) <= float64(r.Within)
	switch {
	case r.Unit == "x" && (r.Published.Low > 1 && v < 1 || r.Published.High < 1 && v > 1):
		p.Verdict = Reversed
	case within:
		p.Needless = r.WhyOff != ""
	case r.WhyOff != "":
		p.Verdict = Explained
	default:
		p.Verdict = Missed
	}
	return p
}

// Summary counts over tables. Fitted values are no evidence and are counted apart.
type Summary struct {
	Tables, Failed                 int
	Met, Explained, Missed, Fitted int
	Unclaimed                      int // values that the model does not predict
	Orders, Held                   int
	Median, Worst                  float64 // of max(ratio, 1/ratio) over the unfitted values; 1 if there are none
}

// Summarize counts over the outcomes.
func Summarize(list []*Outcome) (s Summary, err error) {
	var off []float64
	for _, o := range list {
		s.Tables++
		if o.Failed() {
			s.Failed++
		}
		for _, p := range o.Predictions {
			switch {
			case p.Row.Fitted:
				s.Fitted++
				continue
			case p.Verdict == Unclaimed:
				s.Unclaimed++
				continue
			case p.Verdict == Met:
				s.Met++
			case p.Verdict == Explained:
				s.Explained++
			default:
				s.Missed++
			}
			off = append(off, max(p.Ratio, 1/p.Ratio))
		}
		for _, x := range o.Orders {
			s.Orders++
			if len(x.Reversed) == 0 {
				s.Held++
			}
		}
	}
	s.Median, s.Worst = 1, 1
	if len(off) == 0 {
		return s, nil
	}
	of, err := spread.Of(off)
	if err != nil {
		return s, err
	}
	s.Median, s.Worst = of.Median, of.Max
	return s, nil
}

func geometric(a, b float64) float64 { return math.Sqrt(a * b) }
