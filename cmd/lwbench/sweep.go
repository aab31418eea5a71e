package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/allocators"
	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/bench/sweeps"
	"lwbench/internal/texttab"
	"lwbench/internal/yamlfile"
)

type sweepFlags struct {
	cellFlags
	keeping
	jobs           int
	out            string
	resume, dryRun bool
	tables         bool
}

func sweepCommand() *cobra.Command { return newSweep(new(sweepFlags)) }

func newSweep(f *sweepFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "sweep [FILE.yaml | NAME]",
		Short: "run a grid of cells: allocators × workloads × CPUs × machines × tunables",
		Long: `Sweep runs a grid of cells and prints a summary: which design is cheapest where, by how much, and why. By default it runs
all allocators and workloads that lwbench list does not call aside, on 1, 2, 8 and 32 CPUs. A sweep file has the same keys as the flags, and why: and expect:.
Flags override it; expect: is about the file's own cells only. Shipped sweeps: ` + strings.Join(sweeps.Names(), ", ") + `.

Each cell runs until its cost is steady, to 2 %; of 8 designs or more, those that cannot win end when it is known to 10 %.

Each cell is written at once, when it has ended, to a file in the Go benchmark format, which go tool benchstat reads. After ^C, a
kill or a full disk the same command with --resume continues, and makes the bytes of one run; until then the file has its cells in
the order in which they ended. With --engine live cells run on real threads, one at a time, in interleaved repetitions, and
are measured in seconds.

Exit status: 0; 1 for a stale access, a deadlock, a failed expectation or no figures at all (faults that a design declares do not count);
2 for bad input; 130 after ^C, 143 after SIGTERM.`,
		Args: takes(0, 1, func(args []string) error { return fmt.Errorf("%q: expected one sweep file at most", args[1]) }),
		RunE: func(c *cobra.Command, args []string) error { return sweep(c, f, args) },
	}
	f.register(c, "1,2,8,32; with --engine live 1,2,4")
	f.registerExposure(c)
	fs := c.Flags()
	fs.IntVar(&f.reps, "reps", 1, "repetitions of each cell, each with the next seed (default 1; with --engine live 5)")
	fs.Lookup("reps").DefValue = "0" // the help says it
	fs.IntVar(&f.jobs, "jobs", runtime.GOMAXPROCS(0), "cells that run in parallel; the results are the same for any number")
	fs.StringVarP(&f.out, "output", "o", "", "result `FILE`; - is stdout (default results/NAME.txt)")
	fs.StringVar(&f.profiles.all, "profile", "", helpProfile)
	fs.BoolVar(&f.resume, "resume", false, "continue the result file: do not run the cells that it contains")
	fs.StringVar(&f.shard, "shard", "", helpShard)
	fs.StringVar(&f.cache, "cache", "", helpCache)
	fs.BoolVar(&f.tables, "tables", false, "also print the table of each workload and where its cycles go (the default for one workload)")
	fs.BoolVar(&f.dryRun, "dry-run", false, "list the cells and do not run them")
	return c
}

// resolve returns the grid of the flags and the sweep file, which read reads, its cells, and the file's own options.
func (f *sweepFlags) resolve(c *cobra.Command, args []string, l plan.Lists, read func(string) (plan.Options, error)) (
	g *plan.Grid, cells []*bench.Cell, file plan.Options, err error,
) {
	o, err := f.options(c)
	if err != nil {
		return nil, nil, file, err
	}
	if len(args) > 0 {
		if file, err = read(args[0]); err != nil {
			return nil, nil, file, err
		}
		o = file.Merge(o)
	}
	if g, err = o.Resolve(l); err != nil {
		return nil, nil, file, err
	}
	g.Files = inputFiles(c)
	cells = g.Cells()
	if len(g.Expect) == 0 { // they may compare any two cells
		cells = bench.Screened(cells)
	}
	return g, cells, file, nil
}

func sweep(c *cobra.Command, f *sweepFlags, args []string) error {
	if f.jobs < 1 || f.jobs > 1024 {
		return usage(fmt.Errorf("--jobs %d is out of range: choose 1 to 1024", f.jobs))
	}
	g, cells, file, err := f.resolve(c, args, lists(), readSweep)
	if err != nil {
		return usage(err)
	}
	if g.Engine.Threads && c.Flags().Changed("jobs") && f.jobs > 1 {
		return usage(fmt.Errorf("--jobs %d: cells on real threads run one at a time", f.jobs))
	}
	if own, err := file.Resolve(lists()); err == nil && len(args) > 0 { // an error: flags complete the file
		g.Narrow(own)
	}
	if len(cells) == 0 {
		return usage(errors.New(g.NotApplicable()[0]))
	}
	if f.dryRun {
		return dryRun(c.OutOrStdout(), cells)
	}
	if err := f.profiles.want(c, g, cells); err != nil {
		return usage(err)
	}
	if err := g.CheckInputs(); err != nil {
		return usage(err)
	}
	if f.out == "" {
		f.out = sweepFile(args)
		if err := outFolder(resultsFolder); err != nil {
			return usage(err)
		}
	}
	if err := outFileOrStdout(f.out); err != nil {
		return usage(err)
	}
	if f.profiles.all != "" && f.on() {
		return usage(errors.New("--profile: results that are kept have no profile: leave --shard and --cache out"))
	}
	if err := f.prepare(cells); err != nil {
		return usage(err)
	}
	if done, err := f.grid(c, f.out, shardArgs(c, append([]string{"sweep"}, args...)...), cells, f.jobs, true); done || err != nil {
		return err
	}
	out, err := f.open(f.out, g.Engine.Header(commandLine(c, args)), f.resume, c.OutOrStdout())
	if err != nil {
		return usage(err)
	}
	tellKept(c.ErrOrStderr(), out.Path, out.Kept)
	return runSweep(c, f, args, g, cells, out)
}

// readSweep reads a sweep file or a shipped sweep.
func readSweep(arg string) (plan.Options, error) {
	if slices.Contains(sweeps.Names(), arg) {
		data, err := sweeps.Read(arg)
		if err != nil {
			return plan.Options{}, err
		}
		return plan.ParseSweep(arg+".yaml", data)
	}
	data, err := yamlfile.Read(arg, "sweep file")
	switch {
	case errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(arg, "/."):
		return plan.Options{}, texttab.Unknown("no shipped sweep", arg, sweeps.Names())
	case err != nil:
		return plan.Options{}, err
	}
	return plan.ParseSweep(arg, data)
}

func dryRun(w io.Writer, cells []*bench.Cell) error {
	for _, c := range cells {
		if _, err := fmt.Fprintf(w, "%s on %s\n", c.Name(), c.Machine.Name); err != nil {
			return err
		}
	}
	return nil
}

func runSweep(c *cobra.Command, f *sweepFlags, args []string, g *plan.Grid, cells []*bench.Cell, out *record.Output) error {
	talk, table := c.ErrOrStderr(), screen(c, text)
	if f.out == "-" {
		table = talk // stdout is data
	}
	for _, line := range bench.AddedSockets(cells) {
		fmt.Fprintln(talk, "lwbench:", line)
	}
	todo := missing(talk, out, cells)
	announceCells(c, todo, f.jobs)
	var failed []*bench.Result
	notes := []string(nil)
	file := &record.File{Name: out.Path, Command: out.Command}
	var lines []*record.Line
	run := func(cells []*bench.Cell) error {
		wantLines(g, cells)
		bar := newProgress(talk, len(bench.Missing(out, cells)))
		defer bar.end()
		some, err := bench.Into(c.Context(), out, cells, f.jobs, bar.of(f.profiles.through(f.run)), func(r *bench.Result) error {
			bar.done()
			if r.Failed != nil {
				failed = append(failed, r)
			} else {
				notes = addNotes(notes, r)
			}
			return nil
		})
		lines = append(lines, some...)
		file.Take(some)
		return err
	}
	err := run(cells)
	if err == nil {
		err = report.Rerun(lists(), cells, func() []*record.Result { return file.Results }, run)
	}
	err = out.Finish(lines, err)
	f.sayHits(talk)
	f.profiles.say(talk)
	for _, line := range append(notes, g.NotApplicable()...) {
		fmt.Fprintln(talk, "lwbench:", line)
	}
	file.Words, _ = record.Words(out.Command)
	file.Lack = lackOf(cells, file, resumes(out.Command, out.Path, sweepFile(args)))
	shown := report.New(lists())
	if tableErr := errors.Join(shown.Add(file), shown.Text(table, f.tables)); err == nil {
		err = tableErr
	}
	if n := record.CountCells(file.Results); err == nil && n > 0 && f.out != "-" {
		fmt.Fprintf(table, "%s in %s\nnext: lwbench report %s\n", texttab.Count(n, "cell"), out.Path, out.Path)
		if more := shown.Suggest(); more != "" {
			fmt.Fprintf(table, "      %s\n", more)
		}
	}
	stuck := tellFailed(talk, failed) || len(failed) > 0 && len(file.Results) == 0
	if err != nil {
		if errors.Is(err, context.Canceled) {
			fmt.Fprintf(talk, "lwbench: %d of %s finished; continue with --resume\n", record.CountCells(file.Results), texttab.Count(len(cells), "cell"))
		}
		return inputError(err)
	}
	if wrong := verdict(talk, g, file.Results); wrong || stuck {
		return errFound
	}
	return nil
}

// missing returns the cells that are not in the result file, and says how many are.
func missing(talk io.Writer, out *record.Output, cells []*bench.Cell) []*bench.Cell {
	todo := bench.Missing(out, cells)
	if n := len(cells) - len(todo); n > 0 {
		fmt.Fprintf(talk, "lwbench: %d of %s already in %s\n", n, texttab.Count(len(cells), "cell"), out.Path)
	}
	return todo
}

// addNotes adds what a cell says of its input, each line once.
func addNotes(notes []string, r *bench.Result) []string {
	for _, note := range r.Out.Notes {
		if line := r.Cell.Workload.Name + ": " + note; !slices.Contains(notes, line) {
			notes = append(notes, line)
		}
	}
	return notes
}

// tellFailed prints the cells that failed, and reports whether a failure is not declared by its design.
func tellFailed(talk io.Writer, failed []*bench.Result) (bad bool) {
	for _, r := range failed {
		note := ""
		switch grows := r.Cell.Design.Grows; {
		case !r.Failed.Declared():
			bad = true
		case grows != "":
			note = fmt.Sprintf("; %s declares it: %s", r.Cell.Design.Name, grows)
		}
		fmt.Fprintf(talk, "lwbench: no figures: %v%s\n", r.Failed, note)
	}
	return bad
}

// verdict prints wrong results and failed expectations, and reports whether there are any.
func verdict(talk io.Writer, g *plan.Grid, results []*record.Result) (bad bool) {
	for _, r := range results {
		stale, _ := r.Value("stale")
		faults, _ := r.Value("faults")
		declared := slices.ContainsFunc(g.Designs, func(d *allocators.Design) bool { return d.Name == r.Design && d.KnownFault != "" })
		if faults > 0 || (stale > 0 && !declared) {
			bad = true
			fmt.Fprintf(talk, "lwbench: %s: %s, %s that %s does not declare; see lwbench run\n",
				r, texttab.Count(int64(stale), "stale access"), texttab.Count(int64(faults), "fault"), r.Design)
		}
	}
	for _, text := range g.Unchecked {
		fmt.Fprintf(talk, "lwbench: not checked: %q: the flags leave out its cells\n", text)
	}
	for _, err := range g.Check(results) {
		bad = true
		fmt.Fprintln(talk, "lwbench:", err)
	}
	return bad
}

// commandLine returns the command that reproduces a sweep.
func commandLine(c *cobra.Command, args []string) string {
	return commandLineOf(c, append([]string{"sweep"}, args...)...)
}

// commandLineOf returns the command that reproduces results: its words and the flags that affect the results.
func commandLineOf(c *cobra.Command, words ...string) string {
	for _, f := range resultFlags(c) {
		switch c.Flags().Lookup(f.Name).Value.Type() {
		case "bool":
			words = append(words, "--"+f.Name+strings.TrimPrefix("="+f.Value, "=true"))
		default:
			words = append(words, "--"+f.Name, f.Value)
		}
	}
	return record.Command(words...)
}

// resultFlags returns the given flags that affect the results, with their values.
func resultFlags(c *cobra.Command) (list []record.Setting) {
	for _, name := range []string{
		"alloc", "workload", "cpus", "machine", "kva", "set", "param", "ops", "warmup", "reps", "seed", "engine", "ipi-cost", "exposure", "sourced", "every",
		"budget", "preemptions", "exhaustive", "statements", "speculative", "scenario",
	} {
		flag := c.Flags().Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		values := []string{flag.Value.String()}
		if list, err := c.Flags().GetStringArray(name); err == nil {
			values = list
		}
		for _, v := range values {
			list = append(list, record.Setting{Name: name, Value: v})
		}
	}
	return list
}
