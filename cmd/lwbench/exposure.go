package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/bench"
	"lwbench/bench/record"
	"lwbench/bench/workload"
	"lwbench/internal/texttab"
)

type exposureFlags struct {
	cellFlags
	out string
}

// exposureOps is the default number of counted operations per CPU, and of warm-up operations.
const exposureOps = 500

func exposureCommand() *cobra.Command {
	var f exposureFlags
	c := &cobra.Command{
		Use:   "exposure",
		Short: "how long a page can be reached after its free, beside what an operation costs",
		Long: `Exposure runs cells and measures for how long after its last free a page can still be reached through a kernel mapping: a
PTE, or an entry that a TLB may still hold. It prints the median, the 99th percentile and the maximum in cycles over all frees
of the run, and the most pages that were exposed at once, beside the cost of an operation. * marks what no other line beats in
both, cost and 99th percentile; ! marks a design with wrong answers, which beats none. A page that is exposed at the end of the run
counts up to then. A run has 500 operations on each CPU after as many for warm-up, unless --ops or --warmup is given.

lwbench sweep --exposure measures the same for a result file, in runs that go on until their cost is steady, and a report draws it.

  lwbench exposure --workload sendfile --cpus 8
  lwbench exposure --alloc genbuf --workload xio --set genbuf.expose=0,4096,256
  lwbench exposure --alloc vmap --workload xio --set vmap.lazy_max=64,1024,0

Exit status: 0, 1 on an error, 2 on bad input, 130 after ^C, 143 after SIGTERM.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runExposure(c, &f) },
	}
	f.register(c, "4")
	c.Flags().Lookup("ops").Usage = "operations per CPU that are counted, `N` on average (default 500)"
	c.Flags().Lookup("warmup").Usage = "operations per CPU before them, `N` on average (default 500)"
	c.Flags().StringVarP(&f.out, "output", "o", "-", "`FILE` for the table; - is stdout")
	hide(c, liveFlags...)
	return c
}

func runExposure(c *cobra.Command, f *exposureFlags) error {
	o, err := f.options(c)
	if err != nil {
		return usage(err)
	}
	if o.CPUs == nil {
		o.CPUs = []int{4}
	}
	always := true
	o.Exposure = &always
	g, err := resolve(c, &o)
	if err != nil {
		return usage(err)
	}
	if o.Ops == nil && o.Warmup == nil {
		g.Ops, g.Warmup, g.Fixed = exposureOps, exposureOps, true
	}
	if err := g.CheckInputs(); err != nil {
		return usage(err)
	}
	cells := slices.DeleteFunc(g.Cells(), func(cell *bench.Cell) bool { return cell.Design.Floor })
	notes := g.NotApplicable()
	for _, d := range g.Designs {
		if d.Floor {
			notes = append(notes, fmt.Sprintf("n/a for %s: the direct map always reaches every page", d.Name))
		}
	}
	if len(cells) == 0 {
		return usage(errors.New(notes[0]))
	}
	if err := outFileOrStdout(f.out); err != nil {
		return usage(err)
	}
	for _, line := range notes {
		fmt.Fprintf(c.ErrOrStderr(), "lwbench: %s\n", line)
	}
	lines, err := exposures(c.Context(), cells)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# made by: %s\n", commandLineOf(c, "exposure"))
	if err := exposureTable(&b, lines); err != nil {
		return err
	}
	if f.out == "-" {
		_, err = screen(c, text).Write(b.Bytes())
		return err
	}
	return writeFile(c, f.out, b.Bytes())
}

// exposed is one cell's line.
type exposed struct {
	cell *bench.Cell
	record.Tradeoff
	wrong bool // it has wrong answers
	*workload.Exposure
}

// exposures runs the cells one after another.
func exposures(ctx context.Context, cells []*bench.Cell) (lines []exposed, err error) {
	for _, cell := range cells {
		r, err := cell.Run(ctx, nil, nil)
		if err != nil {
			return nil, err
		}
		figures := r.Record()
		cost, _ := figures.Value("cycles/op")
		lines = append(lines, exposed{cell, record.Tradeoff{Cost: cost, Exposed: float64(r.Out.Exposure.P99)}, figures.Wrong(), r.Out.Exposure})
	}
	return lines, nil
}

// exposureTable prints a block for each workload, machine and number of CPUs, the cheapest line first.
func exposureTable(w io.Writer, lines []exposed) error {
	var places []string
	blocks := map[string][]exposed{}
	for _, l := range lines {
		k := l.place()
		if blocks[k] == nil {
			places = append(places, k)
		}
		blocks[k] = append(blocks[k], l)
	}
	for _, k := range places {
		list := blocks[k]
		slices.SortStableFunc(list, func(a, b exposed) int { return cmp.Compare(a.Cost, b.Cost) })
		fmt.Fprintf(w, "\n%s\n", k)
		t := texttab.Table{Indent: "  ", Align: "lrrrrr"}
		t.Row("", "cycles/op", "median", "p99", "max", "pages")
		for _, l := range list {
			t.Row(l.mark(list)+l.name(), texttab.Thousands(l.Cost), cycles(l.Median), cycles(l.P99), cycles(l.Max), texttab.Thousands(float64(l.Most)))
		}
		if err := t.Write(w); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(w, exposureLegend)
	return err
}

// exposureLegend explains the columns and the marks of the table. Its * is not that of a sweep, which compares costs alone.
const exposureLegend = `
  * no other line beats it in both cycles/op and p99; ! wrong answers: beats none
  median, p99, max: cycles for which a page can be reached after its free; pages: the most at once
`

// place is what the lines of a block have in common.
func (l *exposed) place() string {
	s := fmt.Sprintf("%s, %s, %s", l.cell.Workload.Name, texttab.Count(l.cell.CPUs, "CPU"), l.cell.Machine.Name)
	for _, p := range l.cell.Param {
		s += ", " + p.Name + "=" + p.Value
	}
	return s
}

// name is the design with its tunables.
func (l *exposed) name() string {
	s := []string{l.cell.Design.Name}
	for _, k := range l.cell.Set {
		s = append(s, k.Name+"="+k.Value)
	}
	return strings.Join(s, " ")
}

// mark is "*" for a line that no other of its block beats, and "!" for one with wrong answers, which beats none.
func (l *exposed) mark(list []exposed) string {
	switch {
	case l.wrong:
		return "!"
	case slices.ContainsFunc(list, func(o exposed) bool { return !o.wrong && o.Beats(l.Tradeoff) }):
		return " "
	}
	return "*"
}

func cycles[N ~int64](n N) string { return texttab.Thousands(float64(n)) }
