package store

import (
	"context"

	"lwbench/bench"
)

// Place keeps entries. Its methods are safe for concurrent use.
type Place interface {
	// Load returns the entry of a key, or nil where there is none that can be read.
	Load(Key) *Entry
	// Save keeps an entry. The error is one line.
	Save(*Entry) error
}

// Through returns a Runner that takes the result of a cell from p, and where p has none runs the cell and saves its result.
func Through(p Place, keys *Keys, run bench.Runner) bench.Runner {
	return func(ctx context.Context, c *bench.Cell) (*bench.Result, error) {
		key, err := keys.Cell(c)
		if err != nil {
			return nil, err
		}
		if e := p.Load(key); e != nil {
			if r, err := e.result(c); err == nil {
				return r, nil
			}
		}
		r, err := run(ctx, c)
		if err != nil {
			return nil, err
		}
		e, err := keys.entry(key, r)
		if err == nil {
			err = p.Save(e)
		}
		return r, err
	}
}
