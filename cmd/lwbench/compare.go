package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"lwbench/bench/compare"
	"lwbench/internal/texttab"
)

type compareFlags struct {
	compare.Options
	threshold, failOn, format string
	units                     []string
	strict                    bool
}

func compareCommand() *cobra.Command {
	f := compareFlags{Options: compare.Defaults()}
	c := &cobra.Command{
		Use:   "compare OLD NEW",
		Short: "compare result files, or the designs within one",
		Long: `Compare says in a few lines what changed between files, and then prints a row for each benchmark and a column for
each file, against the first one, with benchstat's flags and figures. For people (text, md, html) it shows the time of
an operation only; --unit all shows every unit. Exact units need one run; others are judged by benchmath's statistics. A file may be
named: LABEL=FILE; "-" is stdin.

  lwbench compare old.txt new.txt
  lwbench compare --threshold 5% --fail-on regression old.txt new.txt
  lwbench compare --col /alloc --row .name,/cpus@num results/sweep.txt

Exit status: 0 same or better (without --fail-on: whatever the outcome); with --fail-on regression or any 3 where a shown
figure is worse; with --fail-on any 4 where some are better and none is worse, or differ in a unit of which neither is
better; 1 on an error; 2 on bad input.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(errors.New("compare needs result files: lwbench compare OLD NEW"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return compareFiles(c, &f, args) },
	}
	fs := c.Flags()
	fs.StringVar(&f.Filter, "filter", f.Filter, "use only results that match the benchfilter `QUERY`")
	fs.StringVar(&f.Table, "table", f.Table, "a table for each value of the keys in `PROJECTION`, and each unit")
	fs.StringVar(&f.Row, "row", f.Row, "a row for each value of the keys in `PROJECTION`")
	fs.StringVar(&f.Col, "col", f.Col, "a column for each value of the keys in `PROJECTION`; the first is the base")
	fs.StringVar(&f.Ignore, "ignore", f.Ignore, "take results that differ in these `KEYS` together")
	fs.Float64Var(&f.Alpha, "alpha", f.Alpha, "a change is one if p < `ALPHA`; exact units have no p")
	fs.Float64Var(&f.Confidence, "confidence", f.Confidence, "confidence `LEVEL` of ranges")
	fs.StringSliceVar(&f.units, "unit", nil, "units to show: all, or `NAME`,…; default: cycles/op, sec/op, and in csv and json what changed")
	fs.StringVar(&f.threshold, "threshold", "0%", "changes of up to `PERCENT` of the base count as none")
	fs.StringVar(&f.failOn, "fail-on", "", "exit with 3 on a regression, `regression|any`; any: with 4 on other changes too")
	fs.BoolVar(&f.strict, "strict", false, helpStrict)
	fs.StringVar(&f.format, "format", "text", "`"+strings.Join(compare.Formats(), "|")+"`")
	return c
}

func (f *compareFlags) check() (err error) {
	if f.Threshold, err = compare.ParseThreshold(f.threshold); err != nil {
		return err
	}
	if !slices.Contains(compare.Formats(), f.format) {
		return fmt.Errorf("format: no format %q: choose one of %s", f.format, strings.Join(compare.Formats(), ", "))
	}
	if !slices.Contains([]string{"", "regression", "any"}, f.failOn) {
		return fmt.Errorf("fail-on: %q: choose regression or any", f.failOn)
	}
	if f.units != nil && len(f.units) == 0 {
		return errors.New("unit: the list is empty: give all, or names")
	}
	if slices.Contains(f.units, "all") {
		f.AllUnits = true
	} else {
		f.Units = f.units
	}
	return nil
}

func compareFiles(c *cobra.Command, f *compareFlags, args []string) error {
	if err := f.check(); err != nil {
		return usage(err)
	}
	in, err := compare.Read(args, c.InOrStdin())
	if err == nil {
		err = tellSkipped(c, in.Skipped, f.strict)
	}
	if err != nil {
		return usage(err)
	}
	f.Brief = f.units == nil && slices.Contains([]string{"text", "md", "html"}, f.format)
	result, err := compare.Compare(in, &f.Options)
	if err != nil {
		return usage(err)
	}
	if err := result.Write(c.OutOrStdout(), f.format, colorful(c.OutOrStdout())); err != nil {
		return err
	}
	if f.format == "csv" { // one table and nothing else
		for _, n := range result.Notes {
			fmt.Fprintln(c.ErrOrStderr(), "lwbench:", n)
		}
	}
	if f.failOn == "" {
		return nil
	}
	switch v := result.Worst(); {
	case v == compare.None:
		return errors.New("nothing was compared: no cell is in two columns")
	case v == compare.Worse:
		return statusError(exitWorse)
	case v > compare.Same && f.failOn == "any":
		return statusError(exitBetter)
	}
	return nil
}

const helpStrict = "refuse a file with a line that cannot be read; without it such a line is left out and named"

// maxSkipped is how many lines that could not be read are named.
const maxSkipped = 5

// tellSkipped names the lines that could not be read; with strict the first of them is the error.
func tellSkipped(c *cobra.Command, skipped []error, strict bool) error {
	for i, err := range skipped {
		switch {
		case strict:
			return err
		case i == maxSkipped:
			fmt.Fprintf(c.ErrOrStderr(), "lwbench: … and %s more left out\n", texttab.Count(len(skipped)-i, "line"))
			return nil
		}
		fmt.Fprintf(c.ErrOrStderr(), "lwbench: left out: %v\n", err)
	}
	return nil
}

// colorful reports whether w is a terminal whose user has not asked for plain text (no-color.org).
func colorful(w io.Writer) bool {
	if d, ok := w.(*dataWriter); ok {
		w = d.Writer
	}
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && term.IsTerminal(int(f.Fd()))
}
