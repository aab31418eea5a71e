package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/bench/sensitivity"
	"lwbench/internal/texttab"
	"lwbench/mmu"
)

type sensitivityFlags struct {
	cellFlags
	keeping
	jobs                   int
	out                    string
	resume, sourced, every bool
}

// sensitivityOps is the default number of counted operations per CPU, and of warm-up operations. It is small because
// the same cells run on dozens of machines and are compared only with each other.
const sensitivityOps = 400

// sensitivityFile is where the results go by default.
const sensitivityFile = resultsFolder + "/sensitivity.txt"

func sensitivityCommand() *cobra.Command { return newSensitivity(new(sensitivityFlags)) }

func newSensitivity(f *sensitivityFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "sensitivity",
		Short: "which verdicts survive if a cost of the machine is off by two",
		Long: `Sensitivity repeats a sweep on machines whose assumed costs (those without a source) are halved and doubled: first
each section of the machine file as a whole (line, lock, ipi, …), then each cost on its own in the sections that changed a
verdict. It lists the pairs of designs that change places by more than 2 % on both sides and the winners that change, the
most influential costs first, and reports for each workload whether its winners hold.

All designs and workloads take about 12 minutes on two cores; the flags choose fewer.

The result file holds every cell; --resume continues it and does not run its cells again. Given both this file and the
results of the sweep, report notes in each verdict whether it holds.

  lwbench sensitivity --workload sendfile,xio --cpus 1,8
  lwbench report results/sweep.txt results/sensitivity.txt

Exit status: 0, 1 on an error, 2 on bad input, 130 after ^C, 143 after SIGTERM; finished results are kept.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runSensitivity(c, f) },
	}
	f.register(c, "1,2,8,32")
	fs := c.Flags()
	fs.IntVar(&f.jobs, "jobs", runtime.GOMAXPROCS(0), "cells that run in parallel; the results are the same for any number")
	fs.StringVarP(&f.out, "output", "o", "", "result `FILE`; - is stdout (default "+sensitivityFile+")")
	fs.BoolVar(&f.resume, "resume", false, "continue the result file: do not run the cells that it contains")
	fs.StringVar(&f.shard, "shard", "", helpShard+"; every cost is varied alone, for which sections count is known only when all are merged")
	fs.StringVar(&f.cache, "cache", "", helpCache)
	fs.BoolVar(&f.sourced, "sourced", false, "vary costs that have a source, too")
	fs.BoolVar(&f.every, "every", false, "vary every cost alone, also where its section as a whole changed nothing")
	hide(c, liveFlags...)
	return c
}

// resolve returns the grid of the flags.
func (f *sensitivityFlags) resolve(c *cobra.Command, l plan.Lists) (*plan.Grid, error) {
	o, err := f.options(c)
	if err != nil {
		return nil, err
	}
	g, err := o.Resolve(l)
	if err != nil {
		return nil, err
	}
	g.Files = inputFiles(c)
	if o.Ops == nil && o.Warmup == nil {
		g.Ops, g.Warmup, g.Fixed = sensitivityOps, sensitivityOps, true
	}
	return g, nil
}

func runSensitivity(c *cobra.Command, f *sensitivityFlags) error {
	if f.jobs < 1 || f.jobs > 1024 {
		return usage(fmt.Errorf("--jobs %d is out of range: choose 1 to 1024", f.jobs))
	}
	g, err := f.resolve(c, lists())
	if err != nil {
		return usage(err)
	}
	if !g.Engine.Exact {
		return usage(errors.New("--engine live: the costs of real threads are the host's; leave it out"))
	}
	if err := g.CheckInputs(); err != nil {
		return usage(err)
	}
	if f.out == "" {
		f.out = sensitivityFile
		if err := outFolder(resultsFolder); err != nil {
			return usage(err)
		}
	}
	if err := outFileOrStdout(f.out); err != nil {
		return usage(err)
	}
	if err := f.prepare(g.Cells()); err != nil {
		return usage(err)
	}
	if f.shard != "" || f.whole != nil {
		cells, err := everyVariation(g, f.sourced)
		if err != nil {
			return err
		}
		if done, err := f.grid(c, f.out, shardArgs(c, "sensitivity"), cells, f.jobs, false); done || err != nil {
			return err
		}
	}
	out, err := f.open(f.out, g.Engine.Header(commandLineOf(c, "sensitivity")), f.resume, c.OutOrStdout())
	if err != nil {
		return usage(err)
	}
	tellKept(c.ErrOrStderr(), out.Path, out.Kept)
	v := &varying{c: c, f: f, g: g, out: out, file: &record.File{Name: out.Path, Command: out.Command}}
	err = v.run()
	f.sayHits(c.ErrOrStderr())
	err = errors.Join(err, out.Close())
	return err
}

// varying is the state of a sensitivity analysis.
type varying struct {
	c     *cobra.Command
	f     *sensitivityFlags
	g     *plan.Grid
	out   *record.Output
	file  *record.File
	lines []*record.Line // of the file, in order
}

// everyVariation is every cell that an analysis may run.
func everyVariation(g *plan.Grid, sourced bool) (all []*bench.Cell, err error) {
	cells := g.Cells()
	for _, m := range g.Machines {
		list := []sensitivity.Variation{{Figures: report.Unvaried, Factor: 1}}
		var sections []string
		for _, v := range sensitivity.Whole(m, sourced) {
			list = append(list, v)
			if !slices.Contains(sections, v.Figures) {
				sections = append(sections, v.Figures)
			}
		}
		for _, section := range sections {
			list = append(list, sensitivity.Single(m, section, sourced)...)
		}
		some, err := sensitivity.Cells(cells, m, list)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// sections returns the cells with whole sections of costs varied.
func (v *varying) sections() (whole []*bench.Cell, err error) {
	cells := v.g.Cells()
	for _, m := range v.g.Machines {
		list := slices.Insert(sensitivity.Whole(m, v.f.sourced), 0, sensitivity.Variation{Figures: report.Unvaried, Factor: 1})
		some, err := sensitivity.Cells(cells, m, list)
		if err != nil {
			return nil, err
		}
		whole = append(whole, some...)
	}
	return whole, nil
}

// alone returns the cells with single costs varied, of the sections that changed a verdict.
func (v *varying) alone() (single []*bench.Cell, err error) {
	cells := v.g.Cells()
	for _, m := range v.g.Machines {
		sections, err := v.influential(m)
		if err != nil {
			return nil, err
		}
		for _, section := range sections {
			some, err := sensitivity.Cells(cells, m, sensitivity.Single(m, section, v.f.sourced))
			if err != nil {
				return nil, err
			}
			single = append(single, some...)
		}
	}
	return single, nil
}

// run varies every section of every machine, and then the costs alone of those that changed anything.
func (v *varying) run() error {
	whole, err := v.sections()
	if err != nil {
		return err
	}
	if v.f.whole == nil {
		all, err := everyVariation(v.g, v.f.sourced)
		if err != nil {
			return err
		}
		announce(v.c, timeOf(whole, v.f.jobs), timeOf(all, v.f.jobs), fewer)
	}
	if err := v.runCells(whole, "sections of costs"); err != nil {
		return err
	}
	single, err := v.alone()
	if err != nil {
		return err
	}
	if err := v.runCells(single, "costs alone"); err != nil {
		return err
	}
	if err := v.out.Arrange(v.lines); err != nil {
		return err
	}
	shown, err := v.shown()
	if err != nil {
		return err
	}
	if err := shown.Sensitivity(screen(v.c, text)); err != nil {
		return err
	}
	if v.out.Path != "-" {
		fmt.Fprintf(screen(v.c, text), "%s in %s\n", texttab.Count(len(v.file.Results), "cell"), v.out.Path)
	}
	return nil
}

// shown returns the results so far in the form that the judge takes.
func (v *varying) shown() (*report.Results, error) {
	r := report.New(lists())
	return r, r.Add(v.file)
}

// influential lists the sections of a machine that changed a verdict, or all sections.
func (v *varying) influential(m *mmu.Spec) (list []string, err error) {
	r, err := v.shown()
	if err != nil {
		return nil, err
	}
	influences, err := r.Influences()
	if err != nil {
		return nil, err
	}
	for _, x := range influences {
		if x.Machine == m.Name && (x.Pairs > 0 || v.f.every) {
			list = append(list, x.Figures)
		}
	}
	return list, nil
}

// runCells runs the cells that are missing from the result file.
func (v *varying) runCells(cells []*bench.Cell, what string) error {
	talk := v.c.ErrOrStderr()
	todo := missing(talk, v.out, cells)
	bar := newProgressOf(talk, len(todo), what+": %d of %d cells")
	var failed []*bench.Result
	some, err := bench.Into(v.c.Context(), v.out, cells, v.f.jobs, bar.of(v.f.run), func(r *bench.Result) error {
		bar.done()
		if r.Failed != nil {
			failed = append(failed, r)
		}
		return nil
	})
	v.lines = append(v.lines, some...)
	v.file.Take(some)
	bar.end()
	tellFailed(talk, failed)
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(talk, "lwbench: continue with --resume")
	}
	return inputError(err)
}
