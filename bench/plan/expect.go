package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"lwbench/bench"
	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// Expectation is one line below expect: in a sweep file. The package comment describes its form.
type Expectation struct {
	Text     string
	design   string
	workload string // or empty: every workload
	cpus     int    // or 0: every count
	with     []record.Setting
	unit     record.Unit
	op       string
	number   float64
	than     string // a design, instead of number
}

// ParseExpectation reads one expectation.
func ParseExpectation(text string) (*Expectation, error) {
	fail := func(why string) (*Expectation, error) {
		return nil, fmt.Errorf("expectation %q: %s (DESIGN [on WORKLOAD] [at CPUS] [with KEY=VALUE]…: UNIT OP NUMBER|DESIGN)", text, why)
	}
	e := &Expectation{Text: text}
	who, what, found := strings.Cut(text, ": ")
	if !found {
		return fail(`no ": "`)
	}
	words := strings.Fields(who)
	if len(words)%2 != 1 {
		return fail("something is missing before the colon")
	}
	e.design = words[0]
	for i := 1; i < len(words); i += 2 {
		switch value := words[i+1]; words[i] {
		case "on":
			e.workload = value
		case "at":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				return fail("at takes a number of CPUs")
			}
			e.cpus = n
		case "with":
			name, v, ok := strings.Cut(value, "=")
			if !ok {
				return fail("with takes KEY=VALUE")
			}
			e.with = append(e.with, record.Setting{Name: name, Value: v})
		default:
			return fail(fmt.Sprintf("%q is none of on, at, with", words[i]))
		}
	}
	right := strings.Fields(what)
	if len(right) != 3 {
		return fail("expected UNIT OP VALUE after the colon")
	}
	if !e.setUnit(right[0]) {
		return fail(texttab.Unknown("no unit", right[0], unitNames()).Error())
	}
	if e.op = right[1]; !strings.Contains(" < <= = >= > ", " "+e.op+" ") {
		return fail(fmt.Sprintf("%q is none of < <= = >= >", e.op))
	}
	var err error
	if e.number, err = strconv.ParseFloat(right[2], 64); err != nil {
		e.than = right[2]
	}
	if math.IsNaN(e.number) || math.IsInf(e.number, 0) {
		return fail(fmt.Sprintf("%s: expected a finite number", right[2]))
	}
	return e, nil
}

// known checks the names that the expectation uses.
func (e *Expectation) known(l Lists) error {
	for _, k := range []struct {
		what, name string
		known      []string
	}{{"no allocator", e.design, l.designNames()}, {"no allocator", e.than, l.designNames()}, {"no workload", e.workload, l.workloadNames()}} {
		if k.name != "" && !slices.Contains(k.known, k.name) {
			return fmt.Errorf("expectation %q: %w", e.Text, texttab.Unknown(k.what, k.name, k.known))
		}
	}
	return nil
}

func (e *Expectation) setUnit(name string) bool {
	for _, g := range bench.Engines() {
		if u := g.Unit(name); u != nil {
			e.unit = *u
			return true
		}
	}
	return false
}

func unitNames() (list []string) {
	for _, g := range bench.Engines() {
		for _, u := range g.AllUnits() {
			list = append(list, u.Name)
		}
	}
	return unique(list)
}

// Check returns an error for the first result in which the expectation does not hold, or when it names none.
func (e *Expectation) Check(results []*record.Result) error {
	met, seen := 0, make(map[record.Key]int)
	for _, r := range results {
		if !e.names(r, e.design) {
			continue
		}
		rival, err := e.rival(r, seen[r.Key()], results)
		seen[r.Key()]++
		if err != nil {
			return err
		}
		want := e.number
		if rival != nil {
			want, _ = rival.Value(e.unit.Name)
		}
		got, ok := r.Value(e.unit.Name)
		if !ok {
			return fmt.Errorf("expected %q: this engine does not measure %s", e.Text, e.unit.Name)
		}
		met++
		if !holds(got, e.op, want) {
			return fmt.Errorf("expected %q: %s has %v against %v", e.Text, r, got, want)
		}
		if loser := e.claimsFor(r, rival); loser != nil && loser.Wrong() {
			return fmt.Errorf("expected %q: %s made stale accesses, so that its %s counts for nothing", e.Text, loser, e.unit.Name)
		}
	}
	if met == 0 {
		return fmt.Errorf("expected %q: no cell matches", e.Text)
	}
	return nil
}

// applies reports whether a grid of these cells has what the expectation is about: a cell that it names, with its unit, and
// the cell to compare that with.
func (e *Expectation) applies(cells []*bench.Cell) bool {
	list := make([]*record.Result, len(cells))
	for i, c := range cells {
		list[i] = &record.Result{
			Name:   record.Name{Workload: c.Workload.Name, Params: c.Param, Design: c.Design.Name, Set: c.Set, CPUs: c.CPUs},
			Config: []record.Setting{{Name: record.KeyEngine, Value: c.Engine.Name}, {Name: record.KeyMachine, Value: c.Machine.Name}},
		}
	}
	for i, r := range list {
		measured := slices.ContainsFunc(cells[i].Engine.Units, func(u record.Unit) bool { return u.Name == e.unit.Name })
		if !measured || !e.names(r, e.design) {
			continue
		}
		if _, err := e.rival(r, 0, list); err == nil {
			return true
		}
	}
	return false
}

// rival returns the result on the right of the comparison, of the same repetition, or nil where that is a number.
func (e *Expectation) rival(r *record.Result, rep int, results []*record.Result) (*record.Result, error) {
	if e.than == "" {
		return nil, nil
	}
	for _, other := range results {
		if !e.names(other, e.than) || !sameBut(r, other) {
			continue
		}
		if rep == 0 {
			return other, nil
		}
		rep--
	}
	return nil, fmt.Errorf("expected %q: no cell of %s to compare with %s", e.Text, e.than, r)
}

// claimsFor returns the result that the expectation calls the cheaper of two; nil where it claims no such thing.
func (e *Expectation) claimsFor(left, right *record.Result) *record.Result {
	if right == nil || !slices.ContainsFunc(bench.Engines(), func(g *bench.Engine) bool { return g.Cost == e.unit.Name }) {
		return nil
	}
	switch e.op {
	case "<", "<=":
		return left
	case ">", ">=":
		return right
	}
	return nil
}

// names reports whether the expectation means the result, for the given design.
func (e *Expectation) names(r *record.Result, design string) bool {
	if r.Design != design || (e.workload != "" && r.Workload != e.workload) || (e.cpus != 0 && r.CPUs != e.cpus) {
		return false
	}
	for _, s := range e.with {
		if design == e.design && !slices.Contains(r.Set, s) && !slices.Contains(r.Params, s) && !slices.Contains(r.Config, s) {
			return false
		}
	}
	return true
}

// sameBut reports whether two results differ in nothing but the design and its tunables.
func sameBut(a, b *record.Result) bool {
	return a.Workload == b.Workload && a.CPUs == b.CPUs && slices.Equal(a.Params, b.Params) && slices.Equal(a.Config, b.Config)
}

func holds(got float64, op string, want float64) bool {
	switch op {
	case "<":
		return got < want
	case "<=":
		return got <= want
	case "=":
		return got == want
	case ">=":
		return got >= want
	}
	return got > want
}
