package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/bench/sweeps"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// errUnknown is the error of a command that cannot be resolved without opening a file that it names.
var errUnknown = errors.New("not known")

// namedLists is lists without machine files.
func namedLists() plan.Lists {
	l := lists()
	l.Machine = func(name string) (*mmu.Spec, error) {
		if base, _, _ := strings.Cut(name, "+"); !slices.Contains(machines.Names(), base) {
			return nil, errUnknown
		}
		return loadMachine(name)
	}
	return l
}

// shippedSweep reads a shipped sweep, and no file.
func shippedSweep(name string) (plan.Options, error) {
	if !slices.Contains(sweeps.Names(), name) {
		return plan.Options{}, errUnknown
	}
	return readSweep(name)
}

// findLack sets what a result file that has been read from path has not got of the results of its command, and puts those in order
// that it has. A command that names files of its own is not resolved: anyone may have written it. Then nothing is known.
func findLack(ctx context.Context, f *record.File, path string) {
	if len(f.Words) == 0 {
		return
	}
	switch f.Words[0] {
	case "sweep":
		flags := new(sweepFlags)
		c := newSweep(flags)
		if args, ok := parsed(ctx, c, f.Words); ok {
			if _, cells, _, err := flags.resolve(c, args, namedLists(), shippedSweep); err == nil {
				inOrder(cells, f)
				f.Lack = lackOf(cells, f, resumes(f.Command, path, sweepFile(args)))
			}
		}
	case "sensitivity":
		flags := new(sensitivityFlags)
		c := newSensitivity(flags)
		if _, ok := parsed(ctx, c, f.Words); !ok {
			return
		}
		g, err := flags.resolve(c, namedLists())
		if err != nil {
			return
		}
		v := &varying{c: c, f: flags, g: g, file: f}
		cells, err := v.sections()
		if err == nil && len(absent(cells, f)) == 0 {
			var single []*bench.Cell
			single, err = v.alone()
			cells = append(cells, single...)
		}
		if err == nil {
			inOrder(cells, f)
			f.Lack = lackIn(cells, f, resumes(f.Command, path, sensitivityFile))
		}
	}
}

// inOrder puts the results of a file that is not finished in the order of its command's cells: they are in the order in which they
// ended. Those that ran again to find the winner stay behind them.
func inOrder(cells []*bench.Cell, f *record.File) {
	place := make(map[record.Key]int, len(cells))
	for i, c := range cells {
		place[c.Key()] = i
	}
	at := make(map[*record.Result]int, len(f.Results)) // a key takes longer to make than to compare
	for _, r := range f.Results {
		at[r] = len(cells)
		if i, ok := place[r.Key()]; ok {
			at[r] = i
		}
	}
	slices.SortStableFunc(f.Results, func(a, b *record.Result) int { return at[a] - at[b] })
}

// parsed parses the words of a command, and returns its arguments.
func parsed(ctx context.Context, c *cobra.Command, words []string) (args []string, ok bool) {
	c.SetContext(ctx)
	if err := c.ParseFlags(words[1:]); err != nil {
		return nil, false
	}
	args = c.Flags().Args()
	return args, c.Args(c, args) == nil
}

// sweepFile is where a sweep of these arguments writes by default.
func sweepFile(args []string) string {
	name := "sweep"
	if len(args) > 0 {
		name = strings.TrimSuffix(filepath.Base(args[0]), ".yaml")
	}
	return filepath.Join(resultsFolder, name+".txt")
}

// resumes is the command that continues a file at path; empty for stdout.
func resumes(command, path, usual string) string {
	if path == "-" {
		return ""
	}
	if filepath.Clean(path) == usual {
		return command + " --resume"
	}
	return command + " --resume " + record.Quoted("-o", path)
}

// lackOf is what a file has not got of a sweep's cells and of those that are to run again.
func lackOf(cells []*bench.Cell, f *record.File, resume string) *record.Lack {
	l := lackIn(cells, f, resume)
	have := keysOf(f)
	var again []record.Key
	err := report.Rerun(lists(), cells, func() []*record.Result { return f.Results }, func(more []*bench.Cell) error {
		for _, c := range more {
			k := c.Key()
			missing := have[k] == 0 && !slices.Contains(f.Failed, c.Name())
			if k.Run = ""; missing && !slices.Contains(again, k) {
				again = append(again, k)
			}
		}
		return nil
	})
	if err != nil {
		return l
	}
	if l == nil && len(again) > 0 {
		l = &record.Lack{Of: len(cells), Resume: resume}
	}
	if l != nil {
		l.Again = again
	}
	return l
}

// lackIn is what a file has not got of the cells; nil if it has all.
func lackIn(cells []*bench.Cell, f *record.File, resume string) *record.Lack {
	names := absent(cells, f)
	if len(names) == 0 {
		return nil
	}
	return &record.Lack{Cells: len(names), Of: len(cells), Names: names, Resume: resume}
}

// absent lists the cells that have not run.
func absent(cells []*bench.Cell, f *record.File) (names []string) {
	have := keysOf(f)
	for _, c := range cells {
		if k := c.Key(); have[k] > 0 {
			have[k]--
		} else if !slices.Contains(f.Failed, c.Name()) {
			names = append(names, c.Name()+" on "+c.Machine.Name)
		}
	}
	return names
}

// keysOf counts the results of each cell.
func keysOf(f *record.File) map[record.Key]int {
	n := make(map[record.Key]int)
	for _, r := range f.Results {
		n[r.Key()]++
	}
	return n
}
