package compare

import (
	"fmt"
	"strings"

	"golang.org/x/perf/benchproc"

	"lwbench/bench/record"
)

// group returns the name of a table's configuration, without the reason why a cell ran again: that is no other cell.
func (t *Table) group() string {
	var words []string
	for _, kv := range t.Config {
		if kv[1] != "" && kv[0] != record.KeyRun {
			words = append(words, kv[1])
		}
	}
	return strings.Join(words, " ")
}

// findMissing finds the cells and the units that are not in every column.
func (c *Comparison) findMissing(cols []benchproc.Key) {
	if len(cols) < 2 {
		return
	}
	names := make([]string, len(cols))
	at := map[benchproc.Key]int{}
	for i, col := range cols {
		names[i], at[col] = col.StringValues(), i
	}
	cells, units := newPresence(len(cols)), newPresence(len(cols))
	groups := map[string]bool{}
	for _, t := range c.Tables {
		groups[t.group()] = true
	}
	for _, t := range c.Tables {
		for i, row := range t.Rows {
			if len(groups) > 1 {
				row += " on " + t.group()
			}
			for j, cell := range t.Cells[i] {
				if cell != nil {
					cells.mark(row, at[t.cols[j]])
					units.mark(t.Unit, at[t.cols[j]])
				}
			}
		}
	}
	c.missing = append(cells.notes(false, names), units.notes(true, names)...)
}

// presence records which columns have which names.
type presence struct {
	columns int
	in      map[string][]bool
	order   []string
}

func newPresence(columns int) *presence { return &presence{columns: columns, in: map[string][]bool{}} }

func (p *presence) mark(name string, col int) {
	if p.in[name] == nil {
		p.in[name] = make([]bool, p.columns)
		p.order = append(p.order, name)
	}
	p.in[name][col] = true
}

// absence lists names that are not in every column, such as "only in new.txt".
type absence struct {
	what  string
	names []string
	units bool // of units, not of cells
}

// notes returns an absence for each column that lacks names. For two columns it names the one that has them.
func (p *presence) notes(units bool, cols []string) (notes []absence) {
	what := ""
	if units {
		what = "unit "
	}
	for i, col := range cols {
		var names []string
		for _, name := range p.order {
			if !p.in[name][i] {
				names = append(names, what+name)
			}
		}
		switch {
		case names == nil:
		case len(cols) == 2:
			notes = append(notes, absence{fmt.Sprintf("only in %s", cols[1-i]), names, units})
		default:
			notes = append(notes, absence{fmt.Sprintf("not in %s", col), names, units})
		}
	}
	return notes
}
