package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/profile"
	"lwbench/internal/texttab"
)

const helpProfile = "also write a profile of each cell into `DIR` (lwbench profile and go tool pprof read them)"

// profileFolders are the folders that get one profile of each cell. An empty one gets none.
type profileFolders struct {
	all   string // all sample types
	cpu   string // real threads: CPU time
	locks string // real threads: lock waits
	time  time.Duration

	mu    sync.Mutex
	wrote map[string]int // files, by folder
	few   []string       // profiles that are not to be relied on, and why
}

// register adds the flags for real threads.
func (f *profileFolders) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.cpu, "cpuprofile", "", "live: write a CPU profile of each cell to `DIR`, with labels alloc, workload, phase, cpu")
	fs.StringVar(&f.locks, "lockprofile", "", "live: write where CPUs wait for spinlocks to `DIR`, with the label lock")
	fs.DurationVar(&f.time, "profile-time", 10*time.Second, "live: CPU time of the runs that are made for a profile; 10s are 1,000 samples")
}

// liveFlags are the flags that only real threads have.
var liveFlags = []string{"engine", "ipi-cost", "cpuprofile", "lockprofile", "profile-time"}

// hide hides flags that a command takes only to refuse them with the reason.
func hide(c *cobra.Command, names ...string) {
	for _, name := range names {
		if c.Flags().Lookup(name) != nil {
			_ = c.Flags().MarkHidden(name)
		}
	}
}

// want creates the folders and requests a profile of each cell. Without a folder it does nothing.
func (f *profileFolders) want(c *cobra.Command, g *plan.Grid, cells []*bench.Cell) error {
	switch {
	case !g.Engine.Threads && (f.cpu != "" || f.locks != ""):
		return errors.New("--cpuprofile and --lockprofile are for real threads: give --engine live, or --profile DIR")
	case !g.Engine.Threads && c.Flags().Changed("profile-time"):
		return errors.New("--profile-time is for real threads: give --engine live")
	case f.time < time.Millisecond || f.time > time.Hour:
		return fmt.Errorf("--profile-time %v is out of range: choose 1ms to 1h", f.time)
	}
	f.wrote = make(map[string]int)
	for _, dir := range []string{f.all, f.cpu, f.locks} {
		if dir == "" {
			continue
		}
		if err := outFolder(dir); err != nil {
			return err
		}
		for _, cell := range cells {
			cell.WantCosts, cell.ProfileTime = true, f.time
		}
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

// through returns run, which also writes the profiles of each cell: before the cell is kept, for one that is kept does not run
// again.
func (f *profileFolders) through(run bench.Runner) bench.Runner {
	return func(ctx context.Context, c *bench.Cell) (*bench.Result, error) {
		r, err := run(ctx, c)
		if err == nil {
			err = f.write(r)
		}
		return r, err
	}
}

// write writes the profiles of one cell, and notes where one is not to be relied on.
func (f *profileFolders) write(r *bench.Result) error {
	p := r.Costs
	if p == nil {
		return nil // not asked for, or the cell failed
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if few := profile.Few(p); few != "" {
		f.few = append(f.few, fmt.Sprintf("%s: a profile of %s", r.Cell.Name(), few))
	}
	cell := *r.Cell
	if cell.Engine.Threads {
		cell.Rep = 0 // one profile for all repetitions
	}
	for _, to := range []struct {
		dir, ext string
		kinds    []string
	}{{f.all, ".pb.gz", nil}, {f.cpu, ".pprof", []string{"time", "samples"}}, {f.locks, ".pprof", []string{"lockwait", "contentions"}}} {
		if to.dir == "" {
			continue
		}
		out, err := p, error(nil)
		if to.kinds != nil {
			out, err = profile.Only(p, to.kinds...)
		}
		var data bytes.Buffer
		if err == nil {
			err = out.Write(&data)
		}
		if err == nil {
			err = writeInFolder(filepath.Join(to.dir, cell.FileName()+to.ext), data.Bytes())
		}
		if err != nil {
			return err
		}
		f.wrote[to.dir]++
	}
	return nil
}

// say says how many profiles are in which folder, and which of them are not to be relied on.
func (f *profileFolders) say(talk io.Writer) {
	slices.Sort(f.few)
	for _, line := range f.few {
		fmt.Fprintln(talk, "lwbench:", line)
	}
	for _, dir := range slices.Sorted(maps.Keys(f.wrote)) {
		sayWrote(talk, fmt.Sprintf("%s into %s", texttab.Count(f.wrote[dir], "profile"), dir))
	}
}
