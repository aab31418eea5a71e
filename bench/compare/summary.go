package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lwbench/internal/texttab"
)

// tally counts the verdicts of one unit over all tables and keeps its largest changes.
type tally struct {
	unit        string
	cells       map[string]bool // compared, by name: one that ran again has several results
	n           [Changed + 1]int
	worst, best extreme
}

// extreme is the cell with the largest change in one direction.
type extreme struct {
	name, delta string
	ratio       float64 // |ln(new/old)|
}

// summarize counts the changes of each unit, in the order of the tables.
func (c *Comparison) summarize() (list []*tally) {
	for _, t := range c.Tables {
		i := slices.IndexFunc(list, func(s *tally) bool { return s.unit == t.Unit })
		if i < 0 {
			i = len(list)
			list = append(list, &tally{unit: t.Unit, cells: make(map[string]bool)})
		}
		for row, cells := range t.Cells {
			for _, cell := range cells {
				if cell != nil && cell.Base != nil {
					list[i].cells[t.Rows[row]+" "+t.group()] = true
					list[i].add(t.Rows[row], cell)
				}
			}
		}
	}
	return list
}

func (s *tally) add(name string, c *Cell) {
	s.n[c.Verdict]++
	at := &s.worst
	switch c.Verdict {
	case Better:
		at = &s.best
	case Worse:
	default:
		return
	}
	ratio := math.Abs(math.Log(c.Summary.Center / c.Base.Summary.Center))
	if at.name == "" || ratio > at.ratio { // a change from or to zero is infinite
		*at = extreme{name, c.Delta(), ratio}
	}
}

// moved returns the number of cells that changed.
func (s *tally) moved() int { return s.n[Better] + s.n[Worse] + s.n[Changed] }

// counts describes how many cells changed: "1 worse, 2 better".
func (s *tally) counts() string {
	var parts []string
	for _, v := range []Verdict{Worse, Better, Changed} {
		if s.n[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", s.n[v], v))
		}
	}
	return strings.Join(parts, ", ")
}

// line formats a unit that is shown.
func (s *tally) line() string {
	all := texttab.Count(len(s.cells), "cell")
	if results := s.moved() + s.n[Same]; results > len(s.cells) {
		all += fmt.Sprintf(" (%s, as some ran again)", texttab.Count(results, "result"))
	}
	if s.moved() == 0 {
		return fmt.Sprintf("%s: %s, none changed", s.unit, all)
	}
	text := fmt.Sprintf("%s: %s, %s", s.unit, all, s.counts())
	for _, x := range []struct {
		what string
		at   extreme
	}{{"worst", s.worst}, {"best", s.best}} {
		if x.at.name != "" {
			text += fmt.Sprintf("; %s: %s %s", x.what, x.at.name, x.at.delta)
		}
	}
	return text
}

// summary returns Comparison.Summary: a line for each headline unit, and one that names the others that changed. It is
// empty within one file and if nothing was compared.
func (c *Comparison) summary() (lines []string) {
	if !c.byFile || c.columns < 2 {
		return nil
	}
	var also []string
	for _, s := range c.summarize() {
		switch {
		case s.moved()+s.n[Same] == 0:
		case slices.Contains(headline, s.unit):
			lines = append(lines, s.line())
		case s.moved() > 0:
			also = append(also, fmt.Sprintf("%s (%s)", s.unit, s.counts()))
		}
	}
	if len(also) > 0 {
		lines = append(lines, "changed as well (--unit all): "+strings.Join(also, ", "))
	}
	return lines
}
