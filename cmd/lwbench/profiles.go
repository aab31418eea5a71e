package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/profile"
)

const helpProfile = "also write a profile of each cell into `DIR` (lwbench profile and go tool pprof read them)"

var errLive = errors.New("a profile of simulated cost needs the virtual engine; for real threads give --cpuprofile or --lockprofile")

// wantProfiles creates the folder and requests a profile of each cell. Without a folder it does nothing.
func wantProfiles(dir string, cells []*bench.Cell) error {
	if dir == "" {
		return nil
	}
	if len(cells) > 0 && cells[0].Engine.Threads {
		return errLive
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot write the profiles: %w", err)
	}
	for _, c := range cells {
		c.WantCosts = true
	}
	return nil
}

// wantLines requests profiles of the cells that the table of one workload explains: those with the most CPUs.
func wantLines(g *plan.Grid, cells []*bench.Cell) {
	if len(g.Workloads) != 1 || g.Engine.Threads {
		return
	}
	for _, c := range cells {
		c.WantCosts = c.WantCosts || c.CPUs == slices.Max(g.CPUs) && c.Rep == 0
	}
}

// writeProfile writes the profile of one cell, if dir is not empty, and drops it from the result.
func writeProfile(dir string, r *bench.Result) error {
	p := r.Costs
	r.Costs = nil
	if dir == "" || p == nil {
		return nil // not asked for, or the cell failed
	}
	return profile.Write(p, filepath.Join(dir, r.Cell.FileName()+".pb.gz"))
}
