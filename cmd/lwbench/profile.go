package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	pprof "github.com/google/pprof/profile"
	"github.com/spf13/cobra"

	"lwbench/bench"
	"lwbench/bench/profile"
	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

type profileFlags struct {
	cellFlags
	top             bool
	rows            int
	kind            string
	html, diff, out string
}

func profileCommand() *cobra.Command {
	var f profileFlags
	c := &cobra.Command{
		Use:   "profile [FILE.pb.gz]",
		Short: "show where the cycles of one cell go, in the allocators' own source",
		Long: `Profile runs one cell with the flags of lwbench run, or reads a profile of lwbench, and shows where the cycles go. It is
exact: its totals are the cell's counters. --diff A,B shows the difference of two designs or two files, on frames that the
designs share, for as many operations of each. With --engine live it samples real threads: CPU time, and waiting for locks.

  lwbench profile --alloc naive --workload xio --cpus 64 --html naive.html
  lwbench profile --diff naive,lwbuf --workload xio --cpus 64 --html diff.html
  lwbench profile --alloc sfbuf --workload sendfile --cpus 16 --type lockdelay_cycles
  lwbench profile --alloc lwbuf --workload xio -o lwbuf.pb.gz     then: go tool pprof -list KVA lwbuf.pb.gz

The types: ` + strings.Join(profile.Kinds(), ", ") + `; of real threads ` + strings.Join(profile.LiveKinds(), ", ") + `.
go doc ./bench/profile explains them and the stacks that they are attributed to.`,
		Args: takes(0, 1, func(args []string) error {
			return fmt.Errorf("%q: expected at most one profile; --diff A,B takes two", args[1])
		}),
		RunE: func(c *cobra.Command, args []string) error { return showProfile(c, &f, args) },
	}
	f.register(c, "4; with --engine live 2")
	f.registerUntil(c)
	fs := c.Flags()
	hide(c, "cpuprofile", "lockprofile")
	fs.BoolVar(&f.top, "top", false, "print the most expensive source lines (the default without another output)")
	fs.IntVar(&f.rows, "rows", 20, "lines that --top prints")
	fs.StringVar(&f.kind, "type", "", "what --top and --html show (default cycles; of real threads time)")
	fs.StringVar(&f.html, "html", "", "write a flame graph to `FILE`, one self-contained page; - is stdout")
	fs.StringVar(&f.diff, "diff", "", "show the difference from A to B, `A,B`: designs or files")
	fs.StringVarP(&f.out, "output", "o", "", "write the profile to `FILE` (go tool pprof reads it); - is stdout")
	return c
}

func showProfile(c *cobra.Command, f *profileFlags, args []string) error {
	if err := f.check(); err != nil {
		return usage(err)
	}
	p, err := obtain(c, f, args)
	if err != nil {
		return err
	}
	if _, err := profile.Index(p, f.kind); err != nil {
		return usage(err)
	}
	if few := profile.Few(p); few != "" {
		fmt.Fprintf(c.ErrOrStderr(), "lwbench: a profile of %s\n", few)
	}
	quiet := false
	for _, to := range []struct {
		path  string
		write func(w io.Writer) error
	}{
		{f.out, p.Write},
		{f.html, func(w io.Writer) error {
			page, err := profile.FlameGraph(p, f.kind)
			if err == nil {
				_, err = w.Write(page)
			}
			return err
		}},
	} {
		if to.path == "" {
			continue
		}
		var data bytes.Buffer
		if err := to.write(&data); err != nil {
			return err
		}
		if err := writeFile(c, to.path, data.Bytes()); err != nil {
			return err
		}
		quiet = true
	}
	if quiet && !f.top {
		for _, line := range profile.Wrong(p) {
			fmt.Fprintln(c.ErrOrStderr(), "lwbench:", line)
		}
		return nil
	}
	return profile.WriteTop(screen(c, text), p, f.kind, f.rows)
}

// knows reports whether a profile that the flags ask for can have the sample type.
func (f *profileFlags) knows(kind string) error {
	kinds := profile.Kinds()
	if f.engine == record.Live {
		kinds = profile.LiveKinds()
	}
	if kind == "" || slices.Contains(kinds, kind) || slices.Contains(profile.LiveKinds(), kind) && f.alloc == "" && f.diff == "" {
		return nil
	}
	return texttab.Unknown("no sample type", kind, kinds)
}

// check rejects invalid outputs before anything runs.
func (f *profileFlags) check() error {
	if err := f.knows(f.kind); err != nil {
		return err
	}
	if f.rows < 1 {
		return fmt.Errorf("--rows %d is out of range: choose 1 or more", f.rows)
	}
	if f.out == "-" && (f.html == "-" || f.top) || f.html == "-" && f.top {
		return errors.New("two outputs to stdout: write one of them to a file")
	}
	return errors.Join(outFileOrStdout(f.out), outFileOrStdout(f.html))
}

// obtain reads the requested profile, or runs the cell to make it.
func obtain(c *cobra.Command, f *profileFlags, args []string) (*pprof.Profile, error) {
	switch {
	case f.diff != "" && len(args) > 0:
		return nil, usage(fmt.Errorf("%q: --diff names both profiles", args[0]))
	case f.diff != "" && c.Flags().Changed("alloc"):
		return nil, usage(errors.New("--diff A,B names the designs: leave out --alloc"))
	case f.diff != "":
		return difference(c, f)
	case len(args) > 0:
		return readProfile(c, args[0])
	case !c.Flags().Changed("alloc"):
		return nil, usage(errors.New("profile needs a cell or a file: give --alloc NAME and --workload NAME, or FILE.pb.gz"))
	}
	return runProfile(c, f, "")
}

// cellNames are the flags that say what to run.
var cellNames = []string{"alloc", "workload", "cpus", "machine", "kva", "set", "param", "ops", "warmup", "seed", "engine", "ipi-cost", "profile-time"}

func readProfile(c *cobra.Command, name string) (*pprof.Profile, error) {
	for _, flag := range cellNames {
		if c.Flags().Changed(flag) {
			return nil, usage(fmt.Errorf("%s is a profile: leave out --%s", name, flag))
		}
	}
	p, err := profile.Read(name)
	return p, usage(err)
}

// difference reads or makes both profiles.
func difference(c *cobra.Command, f *profileFlags) (*pprof.Profile, error) {
	names, err := split("diff", f.diff)
	if err != nil {
		return nil, usage(err)
	}
	if len(names) != 2 {
		return nil, usage(fmt.Errorf("--diff %q: expected A,B: two designs or two files", f.diff))
	}
	sides := make([]*pprof.Profile, 2)
	file := func(s string) bool { return strings.ContainsAny(s, "/.") }
	for i, name := range names {
		var err error
		switch {
		case file(names[0]) != file(names[1]):
			return nil, usage(fmt.Errorf("--diff %q: one is a design and the other a file: give two designs or two files", f.diff))
		case file(name):
			sides[i], err = readProfile(c, name)
		default:
			sides[i], err = runProfile(c, f, name)
		}
		if err != nil {
			return nil, err
		}
	}
	p, err := profile.Diff(sides[0], sides[1])
	return p, usage(err)
}

// runProfile runs the one cell that the flags name, of the given design if there is one.
func runProfile(c *cobra.Command, f *profileFlags, alloc string) (*pprof.Profile, error) {
	o, err := f.options(c)
	if err != nil {
		return nil, usage(err)
	}
	if alloc != "" {
		o.Alloc = []string{alloc}
	}
	if o.Workload == nil {
		return nil, usage(errors.New("profile needs one cell: give --workload NAME (lwbench list workloads)"))
	}
	oneCell(&o)
	g, err := resolve(c, &o)
	if err != nil {
		return nil, usage(err)
	}
	if f.profiles.cpu != "" || f.profiles.locks != "" {
		return nil, usage(errors.New("this profile has CPU time and lock waits: leave out --cpuprofile and --lockprofile; -o FILE writes it"))
	}
	cells := g.Cells()
	if len(cells) == 0 {
		return nil, usage(errors.New(g.NotApplicable()[0]))
	}
	if len(cells) != 1 {
		return nil, usage(fmt.Errorf("profile takes one cell, but these flags name %d: use lwbench sweep --profile DIR", len(cells)))
	}
	for _, line := range bench.AddedSockets(cells) {
		fmt.Fprintln(c.ErrOrStderr(), "lwbench:", line)
	}
	if err := g.CheckInputs(); err != nil {
		return nil, usage(err)
	}
	if err := f.profiles.want(c, g, cells); err != nil {
		return nil, usage(err)
	}
	if cells, err = f.lengthen(c, cells); err != nil {
		return nil, usage(err)
	}
	cells[0].WantCosts, cells[0].ProfileTime = true, f.profiles.time
	r, err := cells[0].Run(c.Context(), nil, nil)
	if err != nil {
		return nil, inputError(err)
	}
	return r.Costs, nil
}
