package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lwbench/bench"
	"lwbench/bench/profile"
)

const helpProfile = "also write a profile of each cell into `DIR` (lwbench profile and go tool pprof read them)"

var errLive = errors.New("a profile of simulated cost needs the virtual engine; for real threads give --cpuprofile or --lockprofile")

// wantProfiles makes the folder, and asks each cell for a profile. Without a folder it does nothing.
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

// writeProfile writes the profile of one cell and lets go of it.
func writeProfile(dir string, r *bench.Result) error {
	if dir == "" || r.Costs == nil {
		return nil // not asked for, or the cell came to no end
	}
	p := r.Costs
	r.Costs = nil
	return profile.Write(p, filepath.Join(dir, r.Cell.FileName()+".pb.gz"))
}
