package workload

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"lwbench/mmu"
)

// Kind is the type of a parameter's value.
type Kind uint8

// The kinds.
const (
	Int   Kind = iota // a whole number
	Float             // a number
	Text              // anything, or one of the parameter's Choices
)

// Param is a parameter of a workload. Numbers have a range, inclusive.
type Param struct {
	Name     string // "sendfile.rtt"
	Doc      string // one line, including units
	Kind     Kind
	Default  string
	Min, Max float64
	Choices  []string // allowed values of Text; empty if anything is allowed
}

// Values holds the parameters that a run sets; others have their defaults.
type Values map[string]string

// Check returns an error that describes what is wrong with value, or nil.
func (p *Param) Check(value string) error {
	if p.Kind == Text {
		if len(p.Choices) > 0 && !slices.Contains(p.Choices, value) {
			return fmt.Errorf("%s=%s: choose %s", p.Name, value, p.Range())
		}
		return nil
	}
	x, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil || math.IsNaN(x):
		return fmt.Errorf("%s=%s: not a number", p.Name, value)
	case p.Kind == Int && x != math.Trunc(x):
		return fmt.Errorf("%s=%s: not a whole number", p.Name, value)
	case x < p.Min || x > p.Max:
		return fmt.Errorf("%s=%s: choose %s", p.Name, value, p.Range())
	}
	return nil
}

// Range describes the allowed values: "1 to 4194304", "random or sequential"; empty if anything is allowed.
func (p *Param) Range() string {
	if p.Kind == Text {
		return strings.Join(p.Choices, " or ")
	}
	digits := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	return digits(p.Min) + " to " + digits(p.Max)
}

// CheckParams returns the first error among values: an invalid value, or an invalid combination. It ignores names
// that w does not have.
func CheckParams(w *Workload, values Values) error {
	for _, p := range w.Params {
		if v, ok := values[p.Name]; ok {
			if err := p.Check(v); err != nil {
				return err
			}
		}
	}
	if w.Check != nil {
		return w.Check(values)
	}
	return nil
}

// text returns the value of a parameter of the cell's workload.
func (c *Cell) text(name string) string {
	if v, ok := c.Params[name]; ok {
		return v
	}
	for _, w := range All() {
		for _, p := range w.Params {
			if p.Name == name {
				return p.Default
			}
		}
	}
	panic("workload: no parameter " + name)
}

func (c *Cell) float(name string) float64 {
	x, err := strconv.ParseFloat(c.text(name), 64)
	if err != nil {
		panic("workload: unchecked parameter " + name)
	}
	return x
}

func (c *Cell) int(name string) int { return int(c.float(name)) }

func (c *Cell) cycles(name string) mmu.Cycles { return mmu.Cycles(c.float(name)) }
