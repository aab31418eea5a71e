package bench

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"lwbench/allocators"
	"lwbench/mmu"
)

// WriteTables writes, for each machine and workload, the cycles of an operation by design and number of CPUs, marks the
// winner of each column with how many times it beats the next, and says why in one line. A design that made a stale
// access is marked and never wins. Several repetitions are shown by their mean. Where a tunable or a parameter takes at
// least three values, curves over it stand in place of such a table.
func WriteTables(w io.Writer, results []*Result) error {
	if len(results) > 0 && !results[0].Cell.Engine.Exact {
		return writeLiveTables(w, results)
	}
	for _, group := range byWorkload(results) {
		for _, c := range curves(group) {
			if err := c.write(w); err != nil {
				return err
			}
		}
		if len(axes(group)) > 0 {
			continue
		}
		for _, t := range tables(group) {
			if err := t.write(w); err != nil {
				return err
			}
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
	cells map[int]sample // by CPUs
}

func tables(results []*Result) []*table {
	var all []*table
	for _, r := range results {
		title := titleOf(r.Cell, "")
		i := slices.IndexFunc(all, func(t *table) bool { return t.title == title })
		if i < 0 {
			i = len(all)
			all = append(all, &table{title: title})
		}
		all[i].add(r)
	}
	return all
}

func (t *table) add(r *Result) {
	label := labelOf(r.Cell, "")
	i := slices.IndexFunc(t.rows, func(x *row) bool { return x.label == label })
	if i < 0 {
		i = len(t.rows)
		t.rows = append(t.rows, &row{label: label, cells: make(map[int]sample)})
	}
	n := r.Cell.CPUs
	t.rows[i].cells[n] = append(t.rows[i].cells[n], r)
	if !slices.Contains(t.cpus, n) {
		t.cpus = append(t.cpus, n)
		slices.Sort(t.cpus)
	}
}

// stale reports whether any cell of the row's column made a stale access.
func (x *row) stale(cpus int) bool { return x.cells[cpus].stale() }

// winner returns the row that may win with the fewest cycles in a column and how many times it beats the next such one; nil
// where there is none.
func (t *table) winner(cpus int) (best *row, times float64) {
	var least, next float64
	for _, x := range t.rows {
		c, _, fit := x.cells[cpus].cycles()
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
	writeBlocks(w, t.lines())
	for _, x := range t.rows {
		if slices.ContainsFunc(t.cpus, x.stale) {
			fmt.Fprintf(w, "  ! %s made stale accesses there: wrong answers, it never wins\n", x.label)
		} else if d := x.design(); d.KnownFault != "" {
			fmt.Fprintf(w, "  %s is out of competition: it declares a fault\n", x.label)
		}
	}
	return t.explain(w)
}

// lines returns the numbers of CPUs, the rows, and by how much the winners win.
func (t *table) lines() []line {
	list := make([]line, 1, 2+len(t.rows))
	list[0].label = "  CPUs"
	for _, x := range t.rows {
		list = append(list, line{label: "  " + x.label})
	}
	if len(t.rows) > 1 {
		list = append(list, line{label: "  * beats the next"})
	}
	for _, n := range t.cpus {
		column := []string{strconv.Itoa(n)}
		for _, x := range t.rows {
			column = append(column, t.cell(x, n))
		}
		if _, times := t.winner(n); times > 0 {
			column = append(column, factor(times)+"x")
		} else {
			column = append(column, "-")
		}
		for i := range list {
			list[i].words = append(list[i].words, column[i])
		}
	}
	return list
}

func (x *row) design() *allocators.Design {
	for _, list := range x.cells {
		return list.design() // all cells of a row have the same
	}
	return nil
}

// cell is one number of the table with its mark.
func (t *table) cell(x *row, cpus int) string {
	c, there, _ := x.cells[cpus].cycles()
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
	fmt.Fprintf(w, "  why, at %s:\n", count(last, "CPU"))
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

// AddedSockets says which machines of the results had to be made larger for the CPUs asked for, one line each.
func AddedSockets(cells []*Cell) (lines []string) {
	for _, c := range cells {
		t, added := mmu.Sockets(c.Machine, c.CPUs)
		if added == 0 {
			continue
		}
		line := fmt.Sprintf("%s has %s: %d run on %d sockets in place of %d",
			c.Machine.Name, count(c.Machine.Topology.CPUs(), "CPU"), c.CPUs, t.Sockets, t.Sockets-added)
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}
