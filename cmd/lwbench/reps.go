package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"lwbench/bench"
	"lwbench/bench/spread"
	"lwbench/internal/texttab"
)

// runReps runs the repetitions of a cell, each with its own seed. It shows the first one in full and the spread of each
// figure over all of them. The oracles check every repetition.
func runReps(c *cobra.Command, cells []*bench.Cell, profiles *profileFolders) error {
	var results []*bench.Result
	for _, cell := range cells {
		r, err := cell.Run(c.Context(), nil, nil)
		if err != nil {
			return inputError(err)
		}
		if err := profiles.write(r); err != nil {
			return err
		}
		r.Costs = nil
		results = append(results, r)
	}
	profiles.say(c.ErrOrStderr())
	w := screen(c, text)
	if err := errors.Join(show(w, results[0]), showSpread(w, results)); err != nil {
		return err
	}
	var found error
	for _, r := range results {
		if n := &r.Out.Counters; n.Stale+n.StaleRisk+n.Faults > 0 {
			fmt.Fprintf(w, "\nseed %d\n", r.Cell.Seed+uint64(r.Cell.Rep))
		}
		switch err := judge(c, r); {
		case errors.Is(err, errFound):
			found = err
		case err != nil:
			return err
		}
	}
	return found
}

// showSpread prints the spread of each unit that is not always zero.
func showSpread(w io.Writer, results []*bench.Result) error {
	n, last := len(results), results[len(results)-1].Cell
	fmt.Fprintf(w, "\nover %d repetitions, seeds %d to %d (MAD: median distance from the median)\n", n, last.Seed, last.Seed+uint64(last.Rep))
	t := texttab.Table{Indent: "  ", Align: "lr"}
	t.Row("", "mean", "median", "MAD", "min", "max")
	for _, u := range last.Engine.Units {
		values := make([]float64, n)
		for i, r := range results {
			values[i] = u.Value(r.Out)
		}
		if slices.ContainsFunc(values, math.IsNaN) {
			continue // this host does not count it
		}
		s, err := spread.Of(values)
		if err != nil {
			return fmt.Errorf("%s: %w", u.Name, err)
		}
		if s.Min != 0 || s.Max != 0 {
			row := []string{u.Name}
			for _, v := range []float64{s.Mean, s.Median, s.MAD, s.Min, s.Max} {
				row = append(row, fmt.Sprintf("%.6g", v))
			}
			t.Row(row...)
		}
	}
	return t.Write(w)
}
