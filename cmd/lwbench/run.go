package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"lwbench/allocators/ops"
	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/workload"
	"lwbench/internal/texttab"
	"lwbench/mmu"
)

type runFlags struct {
	cellFlags
	record string
}

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run",
		Short: "run one cell and show all its counters",
		Long: `Run runs one cell and prints its counters, where its cycles go, and the distribution of cycles per operation. It prints a
trace of the first stale access. Exit status: 0; 1 for a stale access or another fault; 2 for bad input.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runOne(c, &f) },
	}
	f.register(c, "4; with --engine live 2")
	f.registerExposure(c)
	f.registerUntil(c)
	c.Flags().IntVar(&f.reps, "reps", 1, "repetitions, each with the next seed; also prints the spread of the figures")
	c.Flags().StringVar(&f.profiles.all, "profile", "", helpProfile)
	c.Flags().StringVar(&f.record, "record", "", "also write the run as an ops trace to `FILE` (lwbench replay); - is stdout, and the figures then go to stderr")
	return c
}

func runOne(c *cobra.Command, f *runFlags) error {
	o, err := f.options(c)
	if err != nil {
		return usage(err)
	}
	if o.Alloc == nil || o.Workload == nil {
		return usage(errors.New("run needs one cell: give --alloc NAME and --workload NAME (lwbench list)"))
	}
	oneCell(&o)
	g, err := resolve(c, &o)
	if err != nil {
		return usage(err)
	}
	if g.Engine.Threads && f.record != "" {
		return usage(errors.New("--record: operations on real threads have no order to record"))
	}
	cells := g.Cells()
	if len(cells) == 0 {
		return usage(errors.New(g.NotApplicable()[0]))
	}
	if len(cells) != g.Reps {
		return usage(fmt.Errorf("run takes one cell, but these flags name %d: use lwbench sweep", len(cells)/g.Reps))
	}
	if cells, err = f.lengthen(c, cells); err != nil {
		return usage(err)
	}
	if g.Reps > 1 && f.record != "" {
		return usage(errors.New("--record: a trace holds one run: leave out --reps"))
	}
	if err := outFileOrStdout(f.record); err != nil {
		return usage(err)
	}
	if err := f.profiles.want(c, g, cells); err != nil {
		return usage(err)
	}
	for _, line := range bench.AddedSockets(cells) {
		fmt.Fprintln(c.ErrOrStderr(), "lwbench:", line)
	}
	if err := g.CheckInputs(); err != nil {
		return usage(err)
	}
	if g.Reps > 1 {
		return runReps(c, cells, &f.profiles)
	}
	rec, closeRec, err := openRecord(c, f.record, cells[0])
	if err != nil {
		return err
	}
	if f.record == "-" { // stdout is the trace
		c.SetOut(c.ErrOrStderr())
	}
	r, err := cells[0].Run(c.Context(), nil, rec)
	if err = closeRec(err); err != nil {
		return inputError(err)
	}
	if err := f.profiles.write(r); err != nil {
		return err
	}
	r.Costs = nil
	f.profiles.say(c.ErrOrStderr())
	if err := show(screen(c, text), r); err != nil {
		return err
	}
	return judge(c, r)
}

// oneCell fills in the defaults of the commands that run one cell.
func oneCell(o *plan.Options) {
	if o.CPUs == nil {
		o.CPUs = []int{4}
		if o.Engine == record.Live {
			o.CPUs = []int{2}
		}
	}
	if o.Reps == nil {
		one := 1
		o.Reps = &one
	}
}

// inputError marks an error in a workload's input file as a usage error.
func inputError(err error) error {
	if cell, ok := errors.AsType[*bench.CellError](err); ok && cell.Cell.ReadsInput() && !cell.Stuck() {
		return usage(err)
	}
	return err
}

// openRecord begins the ops trace before the run; done ends it with the error of the run, which it returns. Without a
// path it does nothing.
func openRecord(c *cobra.Command, path string, cell *bench.Cell) (rec workload.Recorder, done func(error) error, err error) {
	if path == "" {
		return nil, func(err error) error { return err }, nil
	}
	w, closeFile, err := stream(c, path)
	if err != nil {
		return nil, nil, err
	}
	t := ops.NewWriter(w, cell.CPUs, fmt.Sprintf("recorded from %s, seed %d, %d operations per CPU", cell.Name(), cell.Seed, cell.Ops))
	return t, func(failed error) error {
		err := t.Flush()
		if failed != nil {
			_ = closeFile(failed)
			return failed
		}
		return closeFile(err)
	}, nil
}

// judge prints the findings of the oracles.
func judge(c *cobra.Command, r *bench.Result) error {
	w := screen(c, text)
	n := &r.Out.Counters
	if n.Stale+n.StaleRisk+n.Faults == 0 {
		return nil
	}
	if k := r.Cell.Design.KnownFault; k != "" {
		fmt.Fprintf(w, "\nknown fault of %s: %s\n", r.Cell.Design.Name, k)
	}
	for _, f := range r.Out.Findings {
		if f.Kind == mmu.StaleAccess && r.Cell.Engine.Threads {
			fmt.Fprintf(w, "\nthe first stale access: %s; real threads give no trace: use the virtual engine\n", f.Text)
			break
		}
		if f.Kind == mmu.StaleAccess {
			if err := printStale(c.Context(), w, r.Cell, f); err != nil {
				return err
			}
			break
		}
	}
	for i, f := range r.Out.Findings {
		if i == 5 {
			fmt.Fprintf(w, "  … %s, %s and %s in all\n",
				texttab.Count(n.Stale, "stale access"), texttab.Count(n.StaleRisk, "risk"), texttab.Count(n.Faults, "fault"))
			break
		}
		fmt.Fprintf(w, "  found at %d: %s: %s\n", f.At, f.Kind, f.Text)
	}
	if n.Stale+n.Faults == 0 {
		return nil
	}
	return errFound
}
