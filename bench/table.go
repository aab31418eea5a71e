package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"lwbench/allocators"
	"lwbench/mmu"
)

// WriteTables writes, for each machine and workload, the cycles of an operation by design and number of CPUs, marks the
// winner of each column with how many times it beats the next, and says why in one line. A design that made a stale
// access is marked and never wins. Several repetitions are shown by their mean.
func WriteTables(w io.Writer, results []*Result) error {
	for _, t := range tables(results) {
		if err := t.write(w); err != nil {
			return err
		}
	}
	return nil
}

// table is all results that share a machine, a workload and its parameters.
type table struct {
	title string
	cpus  []int
	rows  []*row
}

// row is one design with one choice of tunables.
type row struct {
	label string
	cells map[int][]*Result // by CPUs
}

func tables(results []*Result) []*table {
	var all []*table
	for _, r := range results {
		title := titleOf(r.Cell)
		i := slices.IndexFunc(all, func(t *table) bool { return t.title == title })
		if i < 0 {
			i = len(all)
			all = append(all, &table{title: title})
		}
		all[i].add(r)
	}
	return all
}

func titleOf(c *Cell) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s", c.Workload.Name, c.Machine.Name)
	for _, s := range c.Param {
		fmt.Fprintf(&b, ", %s=%s", s.Name, s.Value)
	}
	return b.String()
}

func (t *table) add(r *Result) {
	label := r.Cell.Design.Name
	for _, s := range r.Cell.Set {
		label += fmt.Sprintf(" %s=%s", s.Name[strings.IndexByte(s.Name, '.')+1:], s.Value)
	}
	i := slices.IndexFunc(t.rows, func(x *row) bool { return x.label == label })
	if i < 0 {
		i = len(t.rows)
		t.rows = append(t.rows, &row{label: label, cells: make(map[int][]*Result)})
	}
	n := r.Cell.CPUs
	t.rows[i].cells[n] = append(t.rows[i].cells[n], r)
	if !slices.Contains(t.cpus, n) {
		t.cpus = append(t.cpus, n)
		slices.Sort(t.cpus)
	}
}

// cycles returns the mean cycles of an operation, whether the row has the column, and whether it may win there: a design
// that made a stale access, or declares a fault, may not.
func (x *row) cycles(cpus int) (mean float64, there, fit bool) {
	list := x.cells[cpus]
	fit = len(list) > 0
	for _, r := range list {
		mean += ratio(int64(r.Out.Cycles), r.Out.Ops) / float64(len(list))
		fit = fit && !r.Stale() && r.Cell.Design.KnownFault == ""
	}
	return mean, len(list) > 0, fit
}

// stale reports whether any cell of the row's column made a stale access.
func (x *row) stale(cpus int) bool {
	return slices.ContainsFunc(x.cells[cpus], (*Result).Stale)
}

// winner returns the row that may win with the fewest cycles in a column and how many times it beats the next such one; nil
// where there is none.
func (t *table) winner(cpus int) (best *row, times float64) {
	var least, next float64
	for _, x := range t.rows {
		c, _, fit := x.cycles(cpus)
		switch {
		case !fit:
		case best == nil || c < least:
			best, least, next = x, c, least
		case next == 0 || c < next:
			next = c
		}
	}
	if best != nil && least > 0 && next > 0 {
		times = next / least
	}
	return best, times
}

func (t *table) write(w io.Writer) error {
	fmt.Fprintf(w, "%s: cycles an operation\n", t.title)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(tw, "  CPUs\t")
	for _, n := range t.cpus {
		fmt.Fprintf(tw, "%d\t", n)
	}
	for _, x := range t.rows {
		fmt.Fprintf(tw, "\n  %s\t", x.label)
		for _, n := range t.cpus {
			fmt.Fprintf(tw, "%s\t", t.cell(x, n))
		}
	}
	if len(t.rows) > 1 {
		fmt.Fprint(tw, "\n  * beats the next\t")
		for _, n := range t.cpus {
			if _, times := t.winner(n); times > 0 {
				fmt.Fprintf(tw, "%sx\t", factor(times))
			} else {
				fmt.Fprint(tw, "-\t")
			}
		}
	}
	fmt.Fprintln(tw)
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, x := range t.rows {
		if slices.ContainsFunc(t.cpus, x.stale) {
			fmt.Fprintf(w, "  ! %s made stale accesses there: wrong answers, it never wins\n", x.label)
		} else if d := x.design(); d.KnownFault != "" {
			fmt.Fprintf(w, "  %s is out of competition: it declares a fault\n", x.label)
		}
	}
	return t.explain(w)
}

func (x *row) design() *allocators.Design {
	for _, list := range x.cells {
		return list[0].Cell.Design // all cells of a row have the same
	}
	return nil
}

// cell is one number of the table with its mark.
func (t *table) cell(x *row, cpus int) string {
	c, there, _ := x.cycles(cpus)
	best, times := t.winner(cpus)
	switch {
	case !there:
		return "-"
	case x.stale(cpus):
		return "!" + thousands(c)
	case x == best && times > 0:
		return "*" + thousands(c)
	}
	return thousands(c)
}

// explain says, for the largest number of CPUs, where each design's cycles go, the winner's first: one line each.
func (t *table) explain(w io.Writer) error {
	last := t.cpus[len(t.cpus)-1]
	best, _ := t.winner(last)
	fmt.Fprintf(w, "  why, at %d CPUs:\n", last)
	rows := slices.Clone(t.rows)
	slices.SortStableFunc(rows, func(a, b *row) int {
		switch {
		case a == best && b != best:
			return -1
		case b == best && a != best:
			return 1
		}
		return 0
	})
	for _, x := range rows {
		if list := x.cells[last]; len(list) > 0 {
			fmt.Fprintf(w, "    %s: %s\n", x.label, Why(list[0].Out))
		}
	}
	_, err := fmt.Fprintln(w)
	return err
}

// thousands prints whole cycles with separators.
func thousands(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// factor prints how many times one beats another.
func factor(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.2f", x)
}

// AddedSockets says which machines of the results had to be made larger for the CPUs asked for, one line each.
func AddedSockets(cells []*Cell) (lines []string) {
	for _, c := range cells {
		t, added := mmu.Sockets(c.Machine, c.CPUs)
		if added == 0 {
			continue
		}
		line := fmt.Sprintf("%s has %d CPUs: %d run on %d sockets in place of %d",
			c.Machine.Name, c.Machine.Topology.CPUs(), c.CPUs, t.Sockets, t.Sockets-added)
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}
