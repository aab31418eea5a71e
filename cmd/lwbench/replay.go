package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lwbench/allocators/ops"
	"lwbench/bench"
)

type replayFlags struct {
	alloc, machine, format string
	set                    []string
}

func replayCommand() *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use:   "replay FILE --alloc NAME[,NAME…]",
		Short: "run an ops trace, one operation after another",
		Long: `Replay runs an ops trace strictly in file order and counts what each allocator did (go doc lwbench/allocators/ops
describes the format; - is stdin). Exit status: 0, 1 on a stale access, 2 on bad input.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(fmt.Errorf("expected one ops trace, got %d", len(args)))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return replay(c, &f, args[0]) },
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.alloc, "alloc", "", helpAlloc)
	fs.StringVar(&f.machine, "machine", bench.DefaultMachine, helpMachine)
	fs.StringArrayVar(&f.set, "set", nil, helpSet)
	fs.StringVar(&f.format, "format", "text", "text or json (one object an allocator, on one line)")
	return c
}

func replay(c *cobra.Command, f *replayFlags, path string) error {
	if !slices.Contains([]string{"text", "json"}, f.format) {
		return usage(fmt.Errorf("--format %q: expected text or json", f.format))
	}
	set, err := settings("set", f.set)
	if err != nil {
		return usage(err)
	}
	o := bench.Options{Alloc: split(f.alloc), Machine: []string{f.machine}, Set: set, Workload: []string{"xio"}}
	if f.alloc == "" {
		o.Alloc = nil
	}
	g, err := o.Resolve(lists())
	if err != nil {
		return usage(err)
	}
	t, err := readTrace(path)
	if err != nil {
		return usage(err)
	}
	g.CPUs = []int{t.CPUs}
	return replayAll(c, f.format, t, g.Cells())
}

func readTrace(path string) (*ops.Trace, error) {
	if path == "-" {
		return ops.Parse("stdin", os.Stdin)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the trace: %w", err)
	}
	defer func() { _ = file.Close() }()
	return ops.Parse(path, file)
}

func replayAll(c *cobra.Command, format string, t *ops.Trace, cells []*bench.Cell) error {
	found := false
	for _, cell := range cells {
		r, err := ops.ReplayContext(c.Context(), t, cell.Machine, cell.Design, cell.Tuning, ops.Options{})
		if err != nil {
			return usage(fmt.Errorf("%w (%s)", err, cell.Design.Name))
		}
		for _, line := range r.Reports {
			fmt.Fprintf(c.ErrOrStderr(), "%s (%s)\n", line, cell.Design.Name)
		}
		found = found || r.Stale > 0
		if format == "json" {
			fmt.Fprintln(c.OutOrStdout(), r.JSON())
			continue
		}
		printReplay(c, r)
	}
	if found {
		return errFound
	}
	return nil
}

func printReplay(c *cobra.Command, r *ops.Result) {
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%d ops in %d cycles\n", r.Alloc, r.Ops, r.Cycles)
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
		fmt.Fprintf(w, "  %s\t%d\n", k.name, k.n)
	}
	_ = w.Flush()
}
