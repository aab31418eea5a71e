package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

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
		Long: `Compare summarizes what changed between files and prints a row for each benchmark and a column for each file, relative to
the first file, with the flags and figures of benchstat. The formats text, md and html show the cost of an operation only;
--unit all shows every unit. Exact units need one run; others are tested by benchmath. LABEL=FILE names a file; "-" is
stdin. Cells with stale accesses are marked ! and never count as better.

  lwbench compare old.txt new.txt
  lwbench compare --threshold 5% --fail-on regression old.txt new.txt
  lwbench compare --col /alloc --row .name,/cpus@num results/sweep.txt

Exit status: 0 if nothing is worse, and always without --fail-on; 3 with --fail-on if a shown figure is worse; 4 with
--fail-on any if figures are only better, or differ in a unit without a better direction; 1 for an error; 2 for bad input, also if
no cell of several files is in two columns. One file is shown.`,
		Args: takes(1, unlimited, func(_ []string) error { return errors.New("compare needs result files: lwbench compare OLD NEW") }),
		RunE: func(c *cobra.Command, args []string) error { return compareFiles(c, &f, args) },
	}
	fs := c.Flags()
	fs.StringVar(&f.Filter, "filter", f.Filter, "use only results that match the benchfilter `QUERY`")
	fs.StringVar(&f.Table, "table", f.Table, "a table for each value of the keys in `PROJECTION`, and each unit")
	fs.StringVar(&f.Row, "row", f.Row, "a row for each value of the keys in `PROJECTION`")
	fs.StringVar(&f.Col, "col", f.Col, "a column for each value of the keys in `PROJECTION`; the first is the base")
	fs.StringVar(&f.Ignore, "ignore", f.Ignore, "combine results that differ only in these `KEYS`")
	fs.Float64Var(&f.Alpha, "alpha", f.Alpha, "a change is significant if p < `ALPHA`; exact units have no p")
	fs.Float64Var(&f.Confidence, "confidence", f.Confidence, "confidence `LEVEL` of ranges")
	fs.StringSliceVar(&f.units, "unit", nil, "units to show: all, or `NAME`,…; default: cycles/op, sec/op, and in csv and json what changed")
	fs.StringVar(&f.threshold, "threshold", "0%", "ignore changes of up to `PERCENT` of the base")
	fs.StringVar(&f.failOn, "fail-on", "", "exit with status 3 on a regression (`regression|any`); any: also with status 4 on other changes")
	fs.BoolVar(&f.strict, "strict", false, helpStrict)
	fs.StringVar(&f.format, "format", "text", "`"+strings.Join(compare.Formats(), "|")+"`")
	return c
}

func (f *compareFlags) check() (err error) {
	if f.Threshold, err = compare.ParseThreshold(f.threshold); err != nil {
		return err
	}
	if err = texttab.OneOf("no format", f.format, compare.Formats()); err != nil {
		return err
	}
	if f.failOn != "" {
		if err = texttab.OneOf("no kind of change", f.failOn, []string{"regression", "any"}); err != nil {
			return err
		}
	}
	if f.units != nil && len(f.units) == 0 {
		return errors.New("unit: the list is empty: give unit names, or all")
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
	if why := result.Nothing; why != nil && (len(args) > 1 || f.failOn != "") {
		if !c.Flags().Changed("col") {
			why = fmt.Errorf("%w: give two files of the same machine, or --col /alloc for the designs of one", why)
		}
		return usage(why)
	}
	if err := result.Write(screen(c, f.format), f.format, colorful(c.OutOrStdout())); err != nil {
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
	case v == compare.Worse:
		return statusError(exitWorse)
	case v > compare.Same && f.failOn == "any":
		return statusError(exitBetter)
	}
	return nil
}

const helpStrict = "reject a file with a line that cannot be parsed; by default such lines are skipped and reported"

// maxSkipped is the number of skipped lines that are reported one by one.
const maxSkipped = 5

// tellSkipped reports the lines that could not be parsed. With strict it returns the first as an error.
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

// colorful reports whether w is a terminal and the user has not disabled colors (no-color.org).
func colorful(w io.Writer) bool {
	if d, ok := w.(*dataWriter); ok {
		w = d.Writer
	}
	return os.Getenv("NO_COLOR") == "" && onTerminal(w)
}
