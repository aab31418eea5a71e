package report

import (
	"cmp"
	"slices"

	"lwbench/allocators"
	"lwbench/bench/record"
	"lwbench/bench/workload"
)

// Panel is a comparison: all results of one workload with its parameters, on one machine and engine.
type Panel struct {
	Workload string // with its parameters: "xio pages=8"
	Machine  string
	Engine   string // "virtual" or "live"
	Unit     string // the unit of cost: "cycles/op", or "sec/op" where there are no cycles
	curves   []*curve
	contests map[int]*contest // by CPUs
	sources  []int            // of Results.sources
	holds    string           // whether the verdict holds with other costs of the machine; empty if unknown
	bare     string           // the workload without its parameters
	params   []record.Setting
	failed   []failure // its cells without figures
}

// curve is one design with one choice of tunables.
type curve struct {
	panel  *Panel
	label  string
	file   string // where another file has the same design with other figures: " (FILE)"
	design string
	set    []record.Setting
	points []*point // by CPUs, ascending
	source int      // the file that it was first seen in
	place  int      // of the design in the list; designs that are not in it follow
	nth    int      // among the curves of its design in the panel
	fault  string   // the fault that the design declares
	floor  bool     // the design is a lower bound
}

// at returns the curve's cell for that number of CPUs, or nil.
func (c *curve) at(cpus int) *point {
	i, ok := slices.BinarySearchFunc(c.points, cpus, func(p *point, n int) int { return cmp.Compare(p.cpus, n) })
	if !ok {
		return nil
	}
	return c.points[i]
}

// cell returns the curve's cell for that number of CPUs, which it creates if needed.
func (c *curve) cell(cpus int) *point {
	i, ok := slices.BinarySearchFunc(c.points, cpus, func(p *point, n int) int { return cmp.Compare(p.cpus, n) })
	if !ok {
		c.points = slices.Insert(c.points, i, &point{curve: c, cpus: cpus, vals: make(map[string][]float64)})
	}
	return c.points[i]
}

// batch is the contents of one file.
type batch struct {
	source int
	panels []*Panel
	find   map[string]*Panel
	curve  map[string]*curve
	again  map[record.Key]bool // the cells that are to run again
}

func newBatch(source int, lack *record.Lack) *batch {
	again := make(map[record.Key]bool)
	if lack != nil {
		for _, k := range lack.Again {
			again[k] = true
		}
	}
	return &batch{source: source, again: again, find: make(map[string]*Panel), curve: make(map[string]*curve)}
}

// key identifies the panel.
func (p *Panel) key() string { return p.Engine + "\x00" + p.Machine + "\x00" + p.Workload }

// add adds one result.
func (b *batch) add(rec *record.Result) {
	name := &rec.Name
	p := &Panel{
		Workload: name.Title(), Machine: cmp.Or(rec.Get(record.KeyMachine), "(no machine)"),
		Engine: cmp.Or(rec.Get(record.KeyEngine), record.Virtual), bare: name.Workload, params: name.Params, sources: []int{b.source},
	}
	if p.Engine == "live" { // the host is the machine, and the simulated IPIs may be part of the cost
		p.Machine = cmp.Or(rec.Get(record.KeyCPU), p.Machine)
		if rec.Get(record.KeyIPICost) == "none" {
			p.Machine += ", free IPIs"
		}
	}
	if have := b.find[p.key()]; have != nil {
		p = have
	} else {
		b.find[p.key()], b.panels = p, append(b.panels, p)
	}
	key := p.key() + "\x00" + name.Label()
	c := b.curve[key]
	if c == nil {
		c = &curve{label: name.Label(), design: name.Design, set: name.Set, source: b.source}
		b.curve[key], p.curves = c, append(p.curves, c)
	}
	pt := c.cell(name.CPUs)
	pt.hot = cmp.Or(rec.Hot, pt.hot)
	pt.over = pt.over || (p.Engine == "live" && rec.Get(record.KeyPin) == "none")
	k := rec.Key()
	k.Run = ""
	pt.again = b.again[k]
	if record.Replaces(rec.Get(record.KeyRun)) {
		clear(pt.vals)
		pt.runs = nil
	}
	pt.runs = append(pt.runs, rec.Get(record.KeyRun))
	for _, v := range rec.Values {
		pt.vals[v.Unit] = append(pt.vals[v.Unit], v.Value)
	}
}

// merge adds a file's panels. A cell with the same values in two files counts once. Where values differ (other operations,
// another seed, another version) the later file's curve becomes a separate curve.
func (r *Results) merge(b *batch) {
	for _, p := range b.panels {
		q := r.find[p.key()]
		if q == nil {
			r.find[p.key()], r.panels = p, append(r.panels, p)
			continue
		}
		q.sources, q.failed = append(q.sources, b.source), append(q.failed, p.failed...)
		for _, c := range p.curves {
			q.merge(c, r.sources[b.source].Name)
		}
	}
	for _, p := range r.panels {
		r.settle(p)
	}
	slices.SortStableFunc(r.panels, func(a, b *Panel) int {
		return cmp.Compare(r.placeOfWorkload(a.bare), r.placeOfWorkload(b.bare))
	})
}

// merge adds a curve of another file.
func (p *Panel) merge(c *curve, file string) {
	for _, have := range p.curves {
		if have.label == c.label && agree(have, c) {
			for _, pt := range c.points {
				own := have.cell(pt.cpus)
				*own = *pt
				own.curve = have
			}
			return
		}
	}
	if slices.ContainsFunc(p.curves, func(have *curve) bool { return have.label == c.label }) {
		c.file = " (" + file + ")"
		c.label += c.file
	}
	p.curves = append(p.curves, c)
}

// agree reports whether two curves have the same values wherever both have a cell.
func agree(a, b *curve) bool {
	for _, p := range a.points {
		q := b.at(p.cpus)
		if q == nil {
			continue
		}
		if len(p.vals) != len(q.vals) {
			return false
		}
		for unit, list := range p.vals {
			if !slices.Equal(list, q.vals[unit]) {
				return false
			}
		}
	}
	return true
}

// settle sets the places and the order of the curves and the unit of the panel, and judges the panel.
func (r *Results) settle(p *Panel) {
	var strangers []string
	p.Unit = "sec/op"
	for _, c := range p.curves {
		c.panel = p
		c.place = slices.IndexFunc(r.lists.Designs, func(d *allocators.Design) bool { return d.Name == c.design })
		if c.place >= 0 {
			c.fault, c.floor = r.lists.Designs[c.place].KnownFault, r.lists.Designs[c.place].Floor
		} else {
			if !slices.Contains(strangers, c.design) {
				strangers = append(strangers, c.design)
			}
			c.place = len(r.lists.Designs) + slices.Index(strangers, c.design)
		}
	}
	if slices.ContainsFunc(p.points(), func(pt *point) bool { return pt.reps("cycles/op") > 0 }) {
		p.Unit = "cycles/op"
	}
	slices.SortStableFunc(p.curves, func(a, b *curve) int { return cmp.Compare(a.place, b.place) })
	for i, c := range p.curves {
		if c.nth = 0; i > 0 && p.curves[i-1].place == c.place {
			c.nth = p.curves[i-1].nth + 1
		}
	}
	p.judge()
}

// judge holds a contest for each number of CPUs.
func (p *Panel) judge() {
	p.contests = make(map[int]*contest)
	for _, n := range p.cpus() {
		var points []*point
		for _, c := range p.curves {
			points = append(points, c.at(n))
		}
		p.contests[n] = judge(p.Unit, points)
	}
}

func (r *Results) placeOfWorkload(name string) int {
	i := slices.IndexFunc(r.lists.Workloads, func(w *workload.Workload) bool { return w.Name == name })
	if i < 0 {
		return len(r.lists.Workloads)
	}
	return i
}

// cpus lists the numbers of CPUs of the panel, ascending.
func (p *Panel) cpus() (list []int) {
	for _, pt := range p.points() {
		list = append(list, pt.cpus)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// titleBut returns the title without one parameter.
func (p *Panel) titleBut(name string) string {
	rest := slices.DeleteFunc(slices.Clone(p.params), named(name))
	q := Panel{Workload: (&record.Name{Workload: p.bare, Params: rest}).Title(), Machine: p.Machine, Engine: p.Engine}
	return q.title()
}

// labelBut returns the label without one tunable.
func (c *curve) labelBut(name string) string {
	rest := slices.DeleteFunc(slices.Clone(c.set), named(name))
	return (&record.Name{Design: c.design, Set: rest}).Label() + c.file
}

// title names the panel.
func (p *Panel) title() string {
	s := p.Workload + " on " + p.Machine
	if p.Engine != "virtual" {
		s += " (" + p.Engine + ")"
	}
	return s
}
