package bench

import (
	"context"
	"slices"
	"sync"

	"lwbench/bench/record"
)

// Missing returns the cells that a resumed result file has not got.
func Missing(out *record.Output, cells []*Cell) []*Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c *Cell) bool { return out.Have(c.Key(), c.Rep) != nil })
}

// Into runs by run the cells that a result file has not got, as RunCells does, and writes each to the file as soon as it has
// ended: whatever ends the program, only cells that were running are lost. In an Ordered file those before it come first. deliver is
// called for each that has run, in the order of the list; it finds no Costs. Into returns the lines of all cells that are in the
// file then, in the order of the list, also with an error.
func Into(ctx context.Context, out *record.Output, cells []*Cell, jobs int, run Runner, deliver func(*Result) error) ([]*record.Line, error) {
	var mu sync.Mutex
	ended := make(map[*Cell]*record.Line, len(cells))
	keep := func(r *Result) error {
		l := r.Line()
		r.Costs = nil // 60 KB, and the cells before this one may take long
		err := out.Keep(l)
		if err == nil {
			mu.Lock()
			ended[r.Cell] = l
			mu.Unlock()
		}
		return err
	}
	atOnce := func(ctx context.Context, c *Cell) (*Result, error) {
		r, err := run(ctx, c)
		if err == nil && !out.Ordered() {
			err = keep(r)
		}
		return r, err
	}
	err := RunCells(ctx, Missing(out, cells), jobs, atOnce, func(r *Result) error {
		if out.Ordered() {
			if err := keep(r); err != nil {
				return err
			}
		}
		return deliver(r)
	})
	var lines []*record.Line
	for _, c := range cells {
		l := ended[c]
		if had := out.Have(c.Key(), c.Rep); had != nil {
			l = &record.Line{Result: had}
		}
		if l != nil {
			lines = append(lines, l)
		}
	}
	return lines, err
}

// Line returns the result as a line of a result file: its figures, or the reason why there are none.
func (r *Result) Line() *record.Line {
	if r.Failed != nil {
		return &record.Line{Failed: r.Failed, Cell: r.Cell.Name()}
	}
	l := &record.Line{Result: r.Record()}
	if r.Cell.Reps > 1 {
		l.Rep = r.Cell.Rep + 1
	}
	return l
}
