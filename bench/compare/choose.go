package compare

import (
	"fmt"
	"slices"
	"strings"

	"lwbench/internal/texttab"
)

// headline are the units by which designs are compared. All others explain them.
var headline = []string{costUnit, "sec/op"}

// choose keeps the tables of the requested units and notes which are left out. By default these are the headline units
// and, between files, all units that changed, unless the options are Brief. Between designs nearly every unit differs,
// so that only the headline is shown.
func (c *Comparison) choose(o *Options) error {
	units := newPresence(1)
	changed := map[string]bool{}
	for _, t := range c.Tables {
		units.mark(t.Unit, 0)
		changed[t.Unit] = changed[t.Unit] || c.byFile && t.changed()
	}
	for _, u := range o.Units {
		if !slices.Contains(units.order, u) {
			return texttab.Unknown("unit: no unit", u, units.order)
		}
	}
	some := slices.ContainsFunc(units.order, func(u string) bool { return slices.Contains(headline, u) })
	keep := func(u string) bool {
		switch {
		case o.Units != nil:
			return slices.Contains(o.Units, u)
		case o.AllUnits, c.naming, !some:
			return true
		}
		return slices.Contains(headline, u) || changed[u] && !o.Brief
	}
	shown := func(u string) bool { return keep(u) || o.Units == nil && changed[u] }
	all := c.Tables
	c.Tables = slices.DeleteFunc(slices.Clone(all), func(t *Table) bool { return !shown(t.Unit) })
	c.worst = c.verdict()
	if o.Brief {
		c.Summary = c.summary()
	}
	c.Tables = slices.DeleteFunc(all, func(t *Table) bool { return !keep(t.Unit) })
	for _, m := range c.missing {
		c.Notes = append(c.Notes, m.what+": "+named(m.names, 20))
		if c.byFile && o.Brief && !m.units {
			c.Summary = append(c.Summary, fmt.Sprintf("not compared: %s %s", texttab.Count(len(m.names), "cell"), m.what))
		}
	}
	if left := slices.DeleteFunc(slices.Clone(units.order), shown); len(left) > 0 && o.Units == nil {
		why := ""
		if c.byFile && c.columns > 1 {
			why = ", unchanged"
			if o.Threshold > 0 {
				why = ", changed by no more than the threshold"
			}
		}
		c.Notes = append(c.Notes, fmt.Sprintf("left out%s (--unit all shows them): %s", why, strings.Join(left, ", ")))
	}
	return nil
}

// changed reports whether any cell has a verdict.
func (t *Table) changed() bool {
	for _, row := range t.Cells {
		for _, c := range row {
			if c != nil && c.Verdict > Same {
				return true
			}
		}
	}
	return false
}
