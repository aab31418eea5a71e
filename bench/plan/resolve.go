package plan

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"

	"lwbench/allocators"
	"lwbench/bench"
	"lwbench/bench/record"
	"lwbench/bench/workload"
	"lwbench/internal/texttab"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Lists holds the designs, workloads and machines that names refer to.
type Lists struct {
	Designs   []*allocators.Design
	Workloads []*workload.Workload
	Machine   func(name string) (*mmu.Spec, error) // a name, or a file
}

func (l Lists) designNames() []string {
	return names(l.Designs, func(d *allocators.Design) string { return d.Name })
}

func (l Lists) workloadNames() []string {
	return names(l.Workloads, func(w *workload.Workload) string { return w.Name })
}

// The defaults of a sweep.
const (
	DefaultOps     = 1000
	DefaultMachine = "haswell-2s"
)

// Resolve checks the options and fills in the defaults. The error is one line. For an unknown name it suggests the nearest.
func (o *Options) Resolve(l Lists) (*Grid, error) {
	g := &Grid{Why: o.Why, Ops: DefaultOps, Seed: 1}
	for _, step := range []func(Lists, *Grid) error{o.engine, o.designs, o.workloads, o.machines, o.numbers, o.tunables, o.params} {
		if err := step(l, g); err != nil {
			return nil, o.locate(err)
		}
	}
	for _, text := range o.Expect {
		e, err := ParseExpectation(text)
		if err == nil {
			err = e.known(l)
		}
		if err != nil {
			return nil, o.locate(bad("expect", text, err))
		}
		if slices.ContainsFunc(g.Engine.Extra, func(u record.Unit) bool { return u.Name == e.unit.Name }) {
			return nil, fmt.Errorf("expectation %q: %s is measured on request only: give --exposure, or exposure: true in the sweep file", text, e.unit.Name)
		}
		g.Expect = append(g.Expect, e)
	}
	return g, g.once()
}

// engine comes first because other defaults depend on it.
func (o *Options) engine(_ Lists, g *Grid) error {
	g.Engine = bench.EngineNamed(cmp.Or(o.Engine, record.Virtual))
	if g.Engine == nil {
		return bad("engine", o.Engine, texttab.Unknown("no engine", o.Engine, []string{record.Virtual, record.Live}))
	}
	g.Warmup, g.Reps = g.Engine.Warmup, g.Engine.Reps
	if o.Exposure != nil && *o.Exposure {
		if !g.Engine.Exact {
			return errors.New("exposure: events on real threads have no order: choose the virtual engine")
		}
		g.Engine = g.Engine.WithExposure()
	}
	switch {
	case o.IPICost != "" && !g.Engine.Threads:
		return fmt.Errorf("ipi-cost %s: only the live engine has a choice: give --engine live", o.IPICost)
	case o.IPICost == "none":
		g.NoIPICost = true
	case o.IPICost != "" && o.IPICost != "machine":
		return bad("ipi-cost", o.IPICost, texttab.Unknown("no ipi-cost", o.IPICost, []string{"machine", "none"}))
	}
	return nil
}

func (o *Options) designs(l Lists, g *Grid) error {
	if o.Alloc == nil {
		for _, d := range l.Designs {
			if !d.Aside {
				g.Designs = append(g.Designs, d)
			}
		}
		return nil
	}
	for _, name := range o.Alloc {
		i := slices.Index(l.designNames(), name)
		if i < 0 {
			return bad("alloc", name, texttab.Unknown("no allocator", name, l.designNames()))
		}
		g.Designs = append(g.Designs, l.Designs[i])
	}
	return notEmpty("alloc", len(g.Designs))
}

func (o *Options) workloads(l Lists, g *Grid) error {
	all := l.workloadNames()
	if o.Workload == nil {
		for _, w := range l.Workloads {
			if !w.Aside && (!w.NeedsInput || o.Param[w.Input] != nil) {
				g.Workloads = append(g.Workloads, w)
			}
		}
		return nil
	}
	for _, name := range o.Workload {
		i := slices.Index(all, name)
		if i < 0 {
			return bad("workload", name, texttab.Unknown("no workload", name, all))
		}
		w := l.Workloads[i]
		if w.NeedsInput && o.Param[w.Input] == nil {
			return bad("workload", name, fmt.Errorf("workload %s needs an input file: give --param %s=FILE", name, w.Input))
		}
		g.Workloads = append(g.Workloads, w)
	}
	return notEmpty("workload", len(g.Workloads))
}

func (o *Options) machines(l Lists, g *Grid) error {
	list := o.Machine
	if list == nil {
		list = []string{DefaultMachine}
	}
	for _, name := range unique(list) {
		m, err := l.Machine(name)
		if err != nil {
			return bad("machine", name, err)
		}
		g.Machines = append(g.Machines, m)
	}
	if o.KVA != nil {
		return o.windows(g)
	}
	return notEmpty("machine", len(g.Machines))
}

// windows puts, in the place of each machine, one for each size of the KVA window. Its name says the size, unless that
// is the default.
func (o *Options) windows(g *Grid) error {
	var all []*mmu.Spec
	for _, m := range g.Machines {
		for _, n := range unique(o.KVA) {
			if n < 1 || n > mmu.MaxKVAPages {
				return bad("kva", n, fmt.Errorf("kva: %d is out of range: choose 1 to %d pages", n, mmu.MaxKVAPages))
			}
			own := *m
			if own.KVAPages = n; n != mmu.DefaultKVAPages {
				own.Name = record.Windowed(m.Name, n)
			}
			all = append(all, &own)
		}
	}
	g.Machines = all
	return notEmpty("kva", len(all))
}

func (o *Options) numbers(_ Lists, g *Grid) error {
	if g.CPUs = o.CPUs; o.CPUs == nil {
		g.CPUs = g.Engine.CPUs
	}
	for _, n := range g.CPUs {
		if n < 1 || n > smp.MaxCPUs {
			return bad("cpus", n, fmt.Errorf("cpus: %d is out of range: choose 1 to %d", n, smp.MaxCPUs))
		}
	}
	if o.Seed != nil {
		g.Seed = *o.Seed
	}
	g.Fixed = g.Engine.Threads || o.Ops != nil || o.Warmup != nil
	counted := slices.ContainsFunc(g.Workloads, func(w *workload.Workload) bool { return w.Input == "" || o.Param[w.Input] == nil })
	if o.Warmup != nil && *o.Warmup > 0 && !counted {
		return fmt.Errorf("warmup: %s goes through its input once, and all of it counts: leave --warmup out", g.Workloads[0].Name)
	}
	for _, k := range []struct {
		name        string
		from, to    *int
		least, most int
	}{
		{"ops", o.Ops, &g.Ops, 1, 1e9}, {"warmup", o.Warmup, &g.Warmup, 0, 1e9}, {"reps", o.Reps, &g.Reps, 1, 1000},
	} {
		if k.from == nil {
			continue
		}
		if *k.from < k.least || *k.from > k.most {
			return bad(k.name, *k.from, fmt.Errorf("%s: %d is out of range: choose %d to %d", k.name, *k.from, k.least, k.most))
		}
		*k.to = *k.from
	}
	return notEmpty("cpus", len(g.CPUs))
}

func (o *Options) tunables(l Lists, g *Grid) error {
	var known []string
	for _, d := range l.Designs {
		for _, k := range d.Tunables {
			if !slices.Contains(known, k.Name) {
				known = append(known, k.Name)
			}
		}
	}
	for _, name := range sorted(o.Set) {
		if !slices.Contains(known, name) {
			return bad("set", name, texttab.Unknown("no tunable", name, known))
		}
		axis := Axis{name, slices.Clone(o.Set[name])}
		if slices.Contains(o.loose, name) && !slices.ContainsFunc(g.Designs, func(d *allocators.Design) bool { return len(ofDesign([]Axis{axis}, d)) > 0 }) {
			continue
		}
		if err := checkTunable(axis, g.Designs); err != nil {
			return err
		}
		g.Set = append(g.Set, axis)
	}
	return nil
}

// checkTunable checks that a design of the sweep has the tunable and that the values are in its range. It rewrites each
// value to its canonical text: its name, or its digits.
func checkTunable(a Axis, designs []*allocators.Design) error {
	if err := notEmpty(a.Name, len(a.Values)); err != nil {
		return err
	}
	used := false
	for _, d := range designs {
		k, ok := d.Tunable(a.Name)
		if !ok {
			continue
		}
		used = true
		for i, v := range a.Values {
			n, err := k.Parse(v)
			if err != nil {
				return bad(a.Name, v, err)
			}
			a.Values[i] = k.Format(n)
		}
	}
	if !used {
		return bad("set", a.Name, fmt.Errorf("%s: no allocator of this sweep has that tunable", a.Name))
	}
	return nil
}

func (o *Options) params(l Lists, g *Grid) error {
	var known []string
	for _, w := range l.Workloads {
		for _, p := range w.Params {
			known = append(known, p.Name)
		}
	}
	for _, name := range sorted(o.Param) {
		if !slices.Contains(known, name) {
			return bad("param", name, texttab.Unknown("no parameter", name, known))
		}
		axis := Axis{name, o.Param[name]}
		if err := notEmpty(name, len(axis.Values)); err != nil {
			return err
		}
		used := false
		for _, w := range g.Workloads {
			for i := range w.Params {
				if w.Params[i].Name == name {
					used, axis.Values = true, sameText(&w.Params[i], axis.Values)
				}
			}
		}
		if !used && slices.Contains(o.loose, name) {
			continue
		}
		if !used {
			return bad("param", name, fmt.Errorf("%s: no workload of this sweep has that parameter", name))
		}
		g.Param = append(g.Param, axis)
	}
	return checkTogether(g)
}

// checkTogether rejects parameters that are each valid but not together.
func checkTogether(g *Grid) error {
	for _, w := range g.Workloads {
		for _, choice := range product(ofWorkload(g.Param, w)) {
			if err := workload.CheckParams(w, bench.Values(choice)); err != nil {
				return err
			}
		}
	}
	return nil
}

func sorted(m map[string][]string) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func names[T any](list []T, name func(T) string) []string {
	var out []string
	for _, x := range list {
		out = append(out, name(x))
	}
	return out
}

func notEmpty(what string, n int) error {
	if n == 0 {
		return fmt.Errorf("%s: the list is empty: name at least one", what)
	}
	return nil
}
