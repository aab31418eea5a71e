package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/bench/input"
	"lwbench/bench/plan"
	"lwbench/internal/texttab"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

type replayFlags struct {
	alloc, machine, format, engine string
	set                            []string
	html                           picture
	open                           bool
}

func replayCommand() *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use:   "replay FILE [--alloc NAME[,NAME…]]",
		Short: "run an ops trace one operation at a time, or repeat a run saved by lwbench check",
		Long: `Replay runs an ops trace strictly in file order and counts the work of each allocator (go doc lwbench/allocators/ops
describes the format; - is stdin). The first ten findings of each go to stderr. Header lines set the machine and the
tunables unless flags do. On real threads (--engine live) the counts are the same, and cycles are 0.

With --open the CPUs run in parallel. No line runs before the time in the "at" line above it, and a line waits for
another CPU's line only if both use the same buffer. The output then includes contention, interrupts, stolen time, and how
far the CPUs fall behind. lwbench import writes such traces.

An allocator that cannot run the trace is named with the reason, and the others run.

A file saved by lwbench check has a schedule in its header. Replay repeats that schedule and prints a trace of the
failure. On another allocator (--alloc) the same schedule selects other steps.

Exit status: 0 no failure, 1 a failure or an allocator of --alloc that cannot run the trace, 2 bad input or none can run it.`,
		Args: takes(1, 1, func(args []string) error { return fmt.Errorf("expected one ops trace, got %d", len(args)) }),
		RunE: func(c *cobra.Command, args []string) error { return replay(c, &f, args[0]) },
	}
	fs := c.Flags()
	fs.SortFlags = false
	listVar(fs, &f.alloc, "alloc", "allocators, by name (lwbench list allocators; default: the design in the header, or all)")
	fs.StringVar(&f.machine, "machine", plan.DefaultMachine, helpMachine)
	fs.StringArrayVar(&f.set, "set", nil, helpSet)
	fs.StringVar(&f.engine, "engine", "", helpEngine)
	fs.BoolVar(&f.open, "open", false, "run the lines of each CPU in parallel, by their time stamps")
	fs.StringVar(&f.html.path, "html", "", helpHTML+", for a run saved by lwbench check")
	fs.StringVar(&f.format, "format", "text", "text or json (one line with one object for each allocator)")
	return c
}

func replay(c *cobra.Command, f *replayFlags, path string) error {
	if err := texttab.OneOf("no format", f.format, checkFormats()); err != nil {
		return usage(err)
	}
	if err := plausible(f.html.path); err != nil {
		return usage(err)
	}
	set, err := settings("set", f.set)
	if err != nil {
		return usage(err)
	}
	t, err := readTrace(c, path)
	if err != nil {
		return usage(err)
	}
	named, err := designOf(t)
	if err != nil {
		return usage(err)
	}
	names, err := split("alloc", f.alloc)
	if err != nil {
		return usage(err)
	}
	o := plan.Options{Alloc: names, Machine: []string{f.machine}, Set: set}
	if f.alloc == "" {
		o.Alloc = named
	}
	if c.Flags().Changed("engine") {
		o.Engine = f.engine
	}
	variants, live, err := o.Variants(lists())
	if err != nil {
		return usage(err)
	}
	if f.alloc != "" {
		for i := range variants {
			if err := checkSysctls(t, variants[i].Design); err != nil {
				return usage(err)
			}
		}
	}
	_, scheduled := t.HeaderValue("schedule")
	switch {
	case f.open && live:
		return usage(errors.New("--open: real threads ignore time stamps: leave out --engine live"))
	case f.open && scheduled:
		return usage(fmt.Errorf("--open: %s has a schedule in its header, which sets the order of the CPUs", path))
	}
	switch {
	case scheduled && live:
		return usage(fmt.Errorf("%s: real threads cannot follow a schedule: leave out --engine live", path))
	case !scheduled && f.html.path != "":
		return usage(fmt.Errorf("--html: %s has no schedule in its header: only runs saved by lwbench check can be drawn", path))
	}
	return replayEach(c, f, t, variants, live, scheduled)
}

// replayEach runs the trace on each design that can run it. It names the others with the reason.
func replayEach(c *cobra.Command, f *replayFlags, t *ops.Trace, variants []plan.Variant, live, scheduled bool) error {
	found := false
	var cannot []error
	for i := range variants {
		err := checkSysctls(t, variants[i].Design)
		var run *scene
		if err == nil {
			run, err = newScene(c.ErrOrStderr(), t, &variants[i], scheduled)
		}
		switch {
		case err != nil:
		case scheduled:
			err = replaySaved(c, f, run)
		default:
			err = replayOne(c, f, live, run)
		}
		switch {
		case errors.Is(err, errFound):
			found = true
		case c.Context().Err() != nil:
			return err
		case err != nil:
			cannot = append(cannot, err)
		}
	}
	if len(cannot) == len(variants) {
		return usage(cannot[0])
	}
	if err := f.html.write(c, t.File); err != nil {
		return err
	}
	for _, err := range cannot {
		fmt.Fprintln(c.ErrOrStderr(), "lwbench: cannot run the trace:", message(err))
	}
	if found || len(cannot) > 0 && f.alloc != "" {
		return errFound
	}
	return nil
}

// checkSysctls rejects, before anything runs, a trace that sets a tunable that the design lacks.
func checkSysctls(t *ops.Trace, d *allocators.Design) error {
	for _, op := range t.Ops {
		if op.Verb != ops.Sysctl {
			continue
		}
		if _, ok := d.Tunable(op.Name); ok {
			continue
		}
		var have []string
		for _, d := range lists().Designs {
			if _, ok := d.Tunable(op.Name); ok {
				have = append(have, d.Name)
			}
		}
		hint := "nor has any other allocator (lwbench list tunables)"
		if have != nil {
			hint = "these have: --alloc " + strings.Join(have, ",")
		}
		return fmt.Errorf("%s:%d: cpu%d: sysctl %.60s: %s has no such tunable, %s", t.File, op.Line, op.CPU, op.Name, d.Name, hint)
	}
	return nil
}

func readTrace(c *cobra.Command, path string) (*ops.Trace, error) {
	r, err := inputFiles(c).Open(path)
	if err != nil {
		return nil, err
	}
	return ops.Parse(input.Title(path), r)
}

// replayOne runs the trace on one design and prints what it counted.
func replayOne(c *cobra.Command, f *replayFlags, live bool, run *scene) error {
	replay := ops.ReplayContext
	if f.open {
		replay = ops.ReplayOpen
	}
	set, who := run.Config, run.who()
	opt := ops.Options{KVAPages: set.KVAPages}
	if live {
		opt.Live = new(smp.Live)
	}
	r, err := replay(c.Context(), run.Trace, run.spec(), set.Design, set.Tune, opt)
	if err != nil {
		return fmt.Errorf("%w (%s)", err, who)
	}
	r.Set = make(map[string]string)
	for _, k := range run.set() {
		name, value, _ := strings.Cut(k, "=")
		r.Set[name] = value
	}
	tellReports(c.ErrOrStderr(), r, who)
	took := texttab.Count(int64(r.Cycles), "cycle")
	if live {
		took, r.Cycles = fmt.Sprintf("%.3f ms on real threads", float64(r.Cycles)/run.spec().ClockHz*1e3), 0
	}
	if f.format == "json" {
		fmt.Fprintln(c.OutOrStdout(), r.JSON())
	} else {
		printReplay(c, r, who, took)
	}
	if r.Stale > 0 {
		return errFound
	}
	return nil
}

// maxTold is the number of findings of a replay that are printed one by one.
const maxTold = 10

func tellReports(w io.Writer, r *ops.Result, who string) {
	n := r.Counters.Stale + r.Counters.StaleRisk + r.Counters.Faults
	for i, text := range r.Reports {
		if i == maxTold && n > maxTold+1 {
			fmt.Fprintf(w, "… and %d more findings, %d in all (%s)\n", n-maxTold, n, who)
			return
		}
		fmt.Fprintf(w, "%s (%s)\n", text, who)
	}
}

func printReplay(c *cobra.Command, r *ops.Result, who, took string) {
	t := texttab.Table{Align: "l"}
	t.Row(who, texttab.Count(r.Ops, "op")+" in "+took)
	for _, k := range []struct {
		name string
		n    int64
	}{
		{"allocs", r.Allocs},
		{"frees", r.Frees},
		{"failed", r.Failed},
		{"reuses", r.Reuses},
		{"kenter", r.Kenter},
		{"kenter_quick", r.KenterQuick},
		{"kenter_sync", r.KenterSync},
		{"kenter_sync_quick", r.KenterSyncQuick},
		{"kremove", r.Kremove},
		{"kremove_quick", r.KremoveQuick},
		{"pte writes", r.Counters.PTEWrites},
		{"shootdowns", r.Shootdowns},
		{"ipis", r.IPIs},
		{"invlpg", r.Invlpg},
		{"full flushes", r.Counters.Flushes},
		{"sleeps", r.Sleeps},
		{"kva pages", int64(r.KVAPages)},
		{"stale", r.Stale},
	} {
		t.Row("  "+k.name, fmt.Sprint(k.n))
	}
	if o := r.Open; o != nil {
		for _, k := range []struct {
			name string
			n    mmu.Cycles
		}{
			{"busy cycles", o.Busy},
			{"lock wait cycles", o.LockWait},
			{"stolen cycles", o.Stolen},
			{"asleep cycles", o.Asleep},
			{"largest delay", o.Late},
			{"skipped", mmu.Cycles(o.Skipped)},
		} {
			t.Row("  "+k.name, fmt.Sprint(k.n))
		}
	}
	_ = t.Write(screen(c, text)) // dataWriter records the error
}
