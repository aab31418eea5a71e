package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"lwbench/bench"
	"lwbench/bench/profile"
	"lwbench/bench/report"
	"lwbench/internal/texttab"
	"lwbench/mmu/smp"
)

// whyRows is the number of locks and source lines that why prints.
const whyRows = 5

func whyCommand() *cobra.Command {
	var f cellFlags
	c := &cobra.Command{
		Use:   "why ALLOC --workload NAME",
		Short: "explain the cost of one allocator: by cause, by lock, by source line, and how it grows with CPUs",
		Long: `Why runs one allocator under one workload on 1, 2, 4 … CPUs up to --cpus and breaks down the cost of an operation: by
cause, by the locks that its CPUs wait for, by source line, and how each cause grows with the
number of CPUs.

  lwbench why sfbuf --workload xio --cpus 64`,
		Args: takes(1, 1, func(args []string) error {
			return fmt.Errorf("expected one allocator (lwbench list allocators), got %d arguments", len(args))
		}),
		RunE: func(c *cobra.Command, args []string) error { return why(c, &f, args[0]) },
	}
	f.register(c, "16")
	f.registerUntil(c)
	hide(c, append([]string{"alloc"}, liveFlags...)...)
	return c
}

func why(c *cobra.Command, f *cellFlags, alloc string) error {
	if c.Flags().Changed("alloc") {
		return usage(fmt.Errorf("%q: the allocator is already given: leave out --alloc", alloc))
	}
	o, err := f.options(c)
	if err != nil {
		return usage(err)
	}
	switch {
	case o.Workload == nil:
		return usage(errors.New("why needs a workload: give --workload NAME (lwbench list workloads)"))
	case len(o.CPUs) > 1:
		return usage(fmt.Errorf("--cpus %s: give one number: why also runs smaller numbers of CPUs", f.cpus))
	case o.CPUs == nil:
		o.CPUs = []int{16}
	}
	o.Alloc, o.CPUs = []string{alloc}, doubling(o.CPUs[0])
	g, err := resolve(c, &o)
	if err != nil {
		return usage(err)
	}
	if g.Engine.Threads {
		return usage(errors.New("why explains simulated cost: leave out --engine live; lwbench profile --engine live samples real threads"))
	}
	cells := g.Cells()
	if len(cells) == 0 {
		return usage(errors.New(g.NotApplicable()[0]))
	}
	if len(cells) != len(g.CPUs) {
		return usage(fmt.Errorf("why explains one cell, but these flags name %d", len(cells)/len(g.CPUs)))
	}
	if err := g.CheckInputs(); err != nil {
		return usage(err)
	}
	if cells, err = f.lengthen(c, cells); err != nil {
		return usage(err)
	}
	cells[len(cells)-1].WantCosts = true
	bar := newProgress(c.ErrOrStderr(), len(cells))
	var results []*bench.Result
	err = bench.RunCells(c.Context(), cells, 2, bar.of(bench.Simulate), func(r *bench.Result) error {
		bar.done()
		if r.Failed != nil {
			return r.Failed
		}
		results = append(results, r)
		return nil
	})
	bar.end()
	if err != nil {
		return inputError(err)
	}
	return explain(screen(c, text), results)
}

// doubling lists the powers of two below n, and n.
func doubling(n int) (list []int) {
	for k := 1; k < n; k *= 2 {
		list = append(list, k)
	}
	return append(list, n)
}

// explain describes the last result and the growth from the first.
func explain(w io.Writer, results []*bench.Result) error {
	r := results[len(results)-1]
	cell, o := r.Cell, r.Out
	ops := float64(max(1, o.Ops))
	fmt.Fprintf(w, "%s, %s, %s on %s: %s cycles/op\n%s\n", cell.Design.Name, cell.Workload.Name, texttab.Count(cell.CPUs, "CPU"), cell.Machine.Name,
		texttab.Thousands(float64(o.Cycles)/ops), report.Why(r.Record()))
	if wrong := o.Wrong(); wrong != "" {
		fmt.Fprintf(w, "! wrong answers: %s; lwbench run shows one\n", wrong)
	}
	for _, note := range append(virtualTime(r), o.Notes...) {
		fmt.Fprintln(w, note)
	}
	causes := causesOf(r)
	fmt.Fprintln(w, "\nby cause, in cycles/op")
	t := texttab.Table{Indent: "  ", Align: "rrl"}
	for _, k := range causes {
		t.Row(texttab.Thousands(float64(o.Spent[k])/ops), percentOf(int64(o.Spent[k]), int64(o.Cycles)), k.String())
	}
	err := t.Write(w)
	total := profile.Total(r.Costs, "cycles")
	for _, part := range []struct {
		title string
		list  []profile.Share
	}{{"waiting for locks, in cycles/op", profile.Locks(r.Costs)}, {"by source line, in cycles/op, without the workload's own work", profile.Lines(r.Costs)}} {
		err = errors.Join(err, printShares(w, part.title, part.list, total, ops))
	}
	return errors.Join(err, printGrowth(w, results, causes))
}

// causesOf lists the causes of a cell's cost in descending order.
func causesOf(r *bench.Result) (list []smp.Cost) {
	for k, n := range r.Out.Spent {
		if n > 0 && smp.Cost(k) != smp.CostIdle {
			list = append(list, smp.Cost(k))
		}
	}
	slices.SortStableFunc(list, func(a, b smp.Cost) int { return int(min(1, max(-1, r.Out.Spent[b]-r.Out.Spent[a]))) })
	return list
}

func percentOf(n, of int64) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(1, of))) }

func printShares(w io.Writer, title string, list []profile.Share, total int64, ops float64) error {
	if len(list) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\n%s\n", title)
	t := texttab.Table{Indent: "  ", Align: "rrl"}
	for i, s := range list {
		if i == whyRows {
			t.Row("", "", fmt.Sprintf("… and %d more", len(list)-i))
			break
		}
		t.Row(texttab.Thousands(float64(s.Cycles)/ops), percentOf(s.Cycles, total), s.Name)
	}
	return t.Write(w)
}

// printGrowth prints the cost and its largest causes by number of CPUs.
func printGrowth(w io.Writer, results []*bench.Result, causes []smp.Cost) error {
	causes = causes[:min(len(causes), whyRows)]
	fmt.Fprintln(w, "\nwith the number of CPUs, in cycles/op")
	t := texttab.Table{Indent: "  ", Align: "rr" + "rrrrr"[:len(causes)]}
	head := []string{"CPUs", "cycles/op"}
	for _, k := range causes {
		head = append(head, k.String())
	}
	t.Row(head...)
	for _, r := range results {
		ops := float64(max(1, r.Out.Ops))
		row := []string{fmt.Sprint(r.Cell.CPUs), texttab.Thousands(float64(r.Out.Cycles) / ops)}
		for _, k := range causes {
			row = append(row, texttab.Thousands(float64(r.Out.Spent[k])/ops))
		}
		t.Row(row...)
	}
	return t.Write(w)
}
