package validate

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/expr-lang/expr"

	"lwbench/mmu/smp"
)

// check reports what is missing or inconsistent in a table. at is a text of the file near the fault.
func (t *Table) check() (at string, err error) {
	for _, k := range []struct{ key, text string }{{"source", t.Source}, {"read", t.Read}, {"not-claimed", t.NotClaimed}} {
		if k.text == "" {
			return "", fmt.Errorf("%s: expected some text", k.key)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.Cells)) {
		if err := t.checkCell(name); err != nil {
			return name + ":", fmt.Errorf("cell %s: %w", name, err)
		}
	}
	if len(t.Rows) == 0 {
		return "", errors.New("rows: expected at least one")
	}
	seen := make(map[string]*Row)
	for i := range t.Rows {
		r := &t.Rows[i]
		if err := t.checkRow(r); err != nil {
			return r.Name, fmt.Errorf("row %q: %w", r.Name, err)
		}
		if seen[r.Name] != nil {
			return r.Name, fmt.Errorf("row %q: given twice", r.Name)
		}
		seen[r.Name] = r
	}
	for _, o := range t.Order {
		if err := checkOrder(o, seen); err != nil {
			return o.Why, fmt.Errorf("order %q: %w", o.Why, err)
		}
	}
	return "", nil
}

func (t *Table) checkCell(name string) error {
	c := t.Cells[name]
	if c.Machine == "" {
		c.Machine = t.Machine
		t.Cells[name] = c
	}
	switch {
	case c.Machine == "":
		return errors.New("no machine is given, here or in the table")
	case c.CPUs < 1 || c.CPUs > smp.MaxCPUs:
		return fmt.Errorf("cpus: choose 1 to %d", smp.MaxCPUs)
	case c.Loop != "" && (c.Workload != "" || c.Ops != nil || c.Warmup != nil):
		return errors.New("a loop has no workload, ops and warmup")
	case c.Loop != "":
		l, err := findLoop(c.Loop, c.Param)
		if err == nil && l.design != (c.Alloc != "") {
			err = errors.New("alloc: only the loop map runs a design")
		}
		return err
	case c.Alloc == "" || c.Workload == "":
		return errors.New("expected alloc and workload, or loop")
	}
	return nil
}

func (t *Table) checkRow(r *Row) (err error) {
	switch {
	case r.Name == "" || r.Unit == "":
		return errors.New("expected a name and a unit")
	case r.Published == Range{}:
		return errors.New("published: expected a number or [low, high]")
	case r.Value == "" && (r.WhyOff == "" || r.Within != 0 || r.Fitted):
		return errors.New("a row without a value needs why-off, the reason why the model predicts none, and takes no within or fitted")
	case r.Value == "":
		return nil
	case r.Within == 0:
		return errors.New("within: expected a percentage or a factor, such as 25% or 2x")
	}
	env := make(map[string]any)
	for name := range t.Cells {
		env[name] = map[string]any{}
	}
	if r.program, err = expr.Compile(r.Value, expr.Env(env)); err != nil {
		return fmt.Errorf("value: %s", oneLine(err.Error()))
	}
	return nil
}

func checkOrder(o Order, rows map[string]*Row) error {
	if o.Why == "" || len(o.Rows) < 2 {
		return errors.New("expected why and at least two rows")
	}
	for i, name := range o.Rows {
		if rows[name] == nil {
			return fmt.Errorf("no row %q", name)
		}
		if rows[name].Value == "" {
			return fmt.Errorf("%q has no value", name)
		}
		if i > 0 && rows[o.Rows[i-1]].Published.Mid() >= rows[name].Published.Mid() {
			return fmt.Errorf("the published value of %q is not larger than that of %q", name, o.Rows[i-1])
		}
	}
	return nil
}
