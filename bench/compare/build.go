package compare

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchproc"

	"lwbench/bench/record"
)

// Comparison is the result of Compare.
type Comparison struct {
	Summary []string // between files, if Brief: what changed, one line each
	Tables  []*Table
	Notes   []string // what the tables omit, one line each
	Nothing error    // why nothing was compared; nil if something was

	columns int
	byFile  bool
	naming  bool // the filter names units
	missing []absence
	worst   Verdict
}

// Compare sorts the results into tables and compares each column with the first. Every error is in the options: a key
// or unit that the files do not have, an invalid expression, a filter without matches.
func Compare(in *Input, o *Options) (*Comparison, error) {
	e, err := o.parse(in)
	if err != nil {
		return nil, err
	}
	b := &builder{in: in, o: o, e: e, tables: map[benchproc.Key]*pile{}}
	for _, r := range in.Results {
		wrong := slices.ContainsFunc(r.Values, func(v benchfmt.Value) bool { return record.FaultUnit(v.Unit) && v.Value > 0 })
		half, _ := r.Value(record.HalfWidth)
		r = r.Clone()
		if ok, err := e.filter.Apply(r); err != nil {
			return nil, fmt.Errorf("filter: %w", err)
		} else if !ok {
			continue
		}
		for i, key := range e.table.ProjectValues(r) {
			at, pile := pair{e.row.Project(r), e.col.Project(r)}, b.pile(key)
			pile.add(at, r.Values[i].Value, e.residue.Project(r), wrong)
			if r.Values[i].Unit == costUnit {
				pile.half[at] = max(pile.half[at], half)
			}
		}
	}
	if len(b.tables) == 0 {
		return nil, fmt.Errorf("no result matches filter %q and the lists of values in table, row and col", o.Filter)
	}
	return b.comparison()
}

type pair struct{ row, col benchproc.Key }

// pile collects the values of a table.
type pile struct {
	values     map[pair][]float64
	residues   map[pair]map[benchproc.Key]bool
	wrong      map[pair]bool
	half       map[pair]float64 // the largest half-width of a cost
	rows, cols keySet
}

// keySet is a set of keys in order of appearance.
type keySet struct {
	has  map[benchproc.Key]bool
	list []benchproc.Key
}

func (s *keySet) add(k benchproc.Key) {
	if s.has == nil {
		s.has = map[benchproc.Key]bool{}
	}
	if !s.has[k] {
		s.has[k] = true
		s.list = append(s.list, k)
	}
}

func (s *keySet) sorted() []benchproc.Key {
	benchproc.SortKeys(s.list)
	return s.list
}

func (p *pile) add(at pair, v float64, residue benchproc.Key, wrong bool) {
	p.wrong[at] = p.wrong[at] || wrong
	p.values[at] = append(p.values[at], v)
	if p.residues[at] == nil {
		p.residues[at] = map[benchproc.Key]bool{}
	}
	p.residues[at][residue] = true
	p.rows.add(at.row)
	p.cols.add(at.col)
}

// builder makes a comparison of results.
type builder struct {
	in     *Input
	o      *Options
	e      *expressions
	tables map[benchproc.Key]*pile
	order  keySet
}

func (b *builder) pile(key benchproc.Key) *pile {
	p := b.tables[key]
	if p == nil {
		p = &pile{values: map[pair][]float64{}, residues: map[pair]map[benchproc.Key]bool{}, wrong: map[pair]bool{}, half: map[pair]float64{}}
		b.tables[key] = p
		b.order.add(key)
	}
	return p
}

func (b *builder) comparison() (*Comparison, error) {
	c := &Comparison{naming: b.e.units, byFile: b.o.Col == ".file"}
	var cols keySet
	for _, key := range b.order.sorted() {
		t := b.table(key, b.tables[key])
		c.Tables = append(c.Tables, t)
		for _, col := range t.cols {
			cols.add(col)
		}
	}
	all := cols.sorted()
	c.columns = len(all)
	c.findMissing(all)
	if err := c.choose(b.o); err != nil {
		return nil, err
	}
	switch {
	case c.columns == 1:
		c.Nothing = fmt.Errorf("nothing was compared: %q is the only column", all[0].StringValues())
	case c.Worst() == None:
		c.Nothing = errors.New("nothing was compared: no cell is in two columns of a table")
	}
	if c.Nothing != nil {
		c.Notes = append(c.Notes, c.Nothing.Error())
	}
	c.Notes = append(c.Notes, c.halfWidths()...)
	return c, nil
}

// table returns the table of a pile.
func (b *builder) table(key benchproc.Key, p *pile) *Table {
	t := new(Table)
	for _, f := range key.Projection().FlattenedFields() {
		if f.Name == ".unit" {
			t.Unit = key.Get(f)
		} else {
			t.Config = append(t.Config, [2]string{f.Name, key.Get(f)})
		}
	}
	t.better = b.in.Units.GetBetter(t.Unit)
	assume := b.in.Units.GetAssumption(t.Unit)
	t.cols = p.cols.sorted()
	for _, col := range t.cols {
		t.Cols = append(t.Cols, col.StringValues())
	}
	for _, row := range p.rows.sorted() {
		t.Rows = append(t.Rows, row.StringValues())
		cells := make([]*Cell, len(t.cols))
		for i, col := range t.cols {
			at := pair{row, col}
			if p.values[at] == nil {
				continue
			}
			c := &Cell{Wrong: p.wrong[at], Half: p.half[at], sample: benchmath.NewSample(p.values[at], b.o.thresholds())}
			c.Summary = assume.Summary(c.sample, b.o.Confidence)
			c.Warnings = slices.Concat(c.sample.Warnings, vary(p.residues[at]), c.Summary.Warnings)
			if base := cells[0]; i > 0 && base != nil {
				c.Base, c.Comparison = base, assume.Compare(base.sample, c.sample)
				c.judge(t, b.o.Threshold)
			}
			cells[i] = c
		}
		t.Cells = append(t.Cells, cells)
	}
	for i := range t.Cols {
		t.Means = append(t.Means, t.mean(i))
	}
	return t
}

// vary warns about results in one cell that are not repetitions of each other.
func vary(residues map[benchproc.Key]bool) []error {
	var list keySet
	for k := range residues {
		list.add(k)
	}
	var names []string
	for _, f := range benchproc.NonSingularFields(list.sorted()) {
		names = append(names, f.Name)
	}
	if names == nil {
		return nil
	}
	return []error{errors.New("benchmarks vary in " + strings.Join(names, ", "))}
}

// Worst is the verdict over the requested units, or over all: Worse if any cell is, else Better, else Changed, else
// Same; None if nothing was compared.
func (c *Comparison) Worst() Verdict { return c.worst }

// verdict is Worst over the current tables.
func (c *Comparison) verdict() Verdict {
	var seen [Changed + 1]bool
	for _, t := range c.Tables {
		for _, row := range t.Cells {
			for _, cell := range row {
				if cell != nil {
					seen[cell.Verdict] = true
				}
			}
		}
	}
	for _, v := range []Verdict{Worse, Better, Changed, Same} {
		if seen[v] {
			return v
		}
	}
	return None
}
