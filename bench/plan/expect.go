package plan

import (
	"fmt"
	"strconv"
	"strings"

	"lwbench/bench"
	"lwbench/bench/record"
)

// Expectation is one line under expect: in a sweep file; see the package comment for its form.
type Expectation struct {
	Text     string
	design   string
	workload string // or empty: every workload
	cpus     int    // or 0: every count
	with     []record.Setting
	unit     record.Unit
	op       string
	number   float64
	than     string // a design in place of number
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
		return fail(fmt.Sprintf("no unit %q", right[0]))
	}
	if e.op = right[1]; !strings.Contains(" < <= = >= > ", " "+e.op+" ") {
		return fail(fmt.Sprintf("%q is none of < <= = >= >", e.op))
	}
	var err error
	if e.number, err = strconv.ParseFloat(right[2], 64); err != nil {
		e.than = right[2]
	}
	return e, nil
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

// Check returns an error for the first cell in which the expectation does not hold, or when it names none.
func (e *Expectation) Check(results []*bench.Result) error {
	met := 0
	for _, r := range results {
		if !e.names(r.Cell, e.design) {
			continue
		}
		want, known := e.number, e.than == ""
		for _, other := range results {
			if !known && e.names(other.Cell, e.than) && sameBut(r.Cell, other.Cell) {
				want, known = e.unit.Value(other.Out), true
			}
		}
		if !known {
			return fmt.Errorf("expected %q: no cell of %s beside %s", e.Text, e.than, r.Cell.Name())
		}
		if r.Cell.Engine.Unit(e.unit.Name) == nil {
			return fmt.Errorf("expected %q: this engine does not measure %s", e.Text, e.unit.Name)
		}
		met++
		if got := e.unit.Value(r.Out); !holds(got, e.op, want) {
			return fmt.Errorf("expected %q: %s has %v against %v", e.Text, r.Cell.Name(), got, want)
		}
	}
	if met == 0 {
		return fmt.Errorf("expected %q: no cell is meant", e.Text)
	}
	return nil
}

// names reports whether the expectation means the cell, for the given design.
func (e *Expectation) names(c *bench.Cell, design string) bool {
	if c.Design.Name != design || (e.workload != "" && c.Workload.Name != e.workload) || (e.cpus != 0 && c.CPUs != e.cpus) {
		return false
	}
	for _, s := range e.with {
		if design == e.design && value(c, s.Name) != s.Value {
			return false
		}
	}
	return true
}

func value(c *bench.Cell, name string) string {
	for _, list := range [][]record.Setting{c.Set, c.Param} {
		for _, s := range list {
			if s.Name == name {
				return s.Value
			}
		}
	}
	return ""
}

// sameBut reports whether two cells differ in the design and its tunables alone.
func sameBut(a, b *bench.Cell) bool {
	return a.Workload == b.Workload && a.Machine == b.Machine && a.CPUs == b.CPUs && a.Rep == b.Rep &&
		fmt.Sprint(a.Param) == fmt.Sprint(b.Param)
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
