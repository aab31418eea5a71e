package compare

import (
	"fmt"
	"strings"

	"golang.org/x/perf/benchproc"
)

// group names the configuration of a table.
func (t *Table) group() string {
	var words []string
	for _, kv := range t.Config {
		if kv[1] != "" {
			words = append(words, kv[1])
		}
	}
	return strings.Join(words, " ")
}

// findMissing notes which cells are not in every column, whatever their units, and which units are not.
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
	c.missing = append(cells.notes("", names), units.notes("unit ", names)...)
}

// presence says in which columns a name was met.
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

// absence names what is not everywhere: "only in new.txt: ", and the names.
type absence struct {
	what  string
	names []string
}

// notes is one for each column that lacks something; of two columns, it names the one that has it.
func (p *presence) notes(what string, cols []string) (notes []absence) {
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
			notes = append(notes, absence{fmt.Sprintf("only in %s: ", cols[1-i]), names})
		default:
			notes = append(notes, absence{fmt.Sprintf("not in %s: ", col), names})
		}
	}
	return notes
}
