package compare

import (
	"fmt"
	"slices"

	"lwbench/bench/record"
)

// costUnit is the unit whose half-width a result has.
const costUnit = "cycles/op"

// rough reports whether the cost is known only roughly.
func (c *Cell) rough() bool { return record.Rough(c.Half) }

// roughly is the footnote of a rough cell.
func (c *Cell) roughly() string {
	return fmt.Sprintf("%s %s: %.0f %%", record.WideMark, record.WideMeaning, 100*c.Half)
}

// halfWidths says how well the costs of a simulated run are known. Its figures are exact, for an equal run has equal ones: the range
// is 0 %, which says nothing of a run that goes on for longer.
func (c *Comparison) halfWidths() []string {
	most, changes, within := 0.0, 0, 0
	for _, t := range c.Tables {
		if t.Unit != costUnit {
			continue
		}
		for _, cell := range slices.Concat(t.Cells...) {
			if cell == nil || cell.Half == 0 {
				continue
			}
			most = max(most, cell.Half)
			if base := cell.Base; base != nil && cell.Summary.Center != base.Summary.Center {
				changes++
				if cell.within(base) {
					within++
				}
			}
		}
	}
	if most == 0 {
		return nil
	}
	note := fmt.Sprintf("± 0%%: an equal run has equal figures; how well it knows %s is the 95 %% half-width, at most %.2g %% here", costUnit, 100*most)
	if changes > 0 {
		note += fmt.Sprintf("; changes no larger than the half-widths of both figures: %d of %d", within, changes)
	}
	return []string{note}
}

// within reports whether the change from the base is not larger than the half-widths of both.
func (c *Cell) within(base *Cell) bool {
	change := c.Summary.Center - base.Summary.Center
	return max(change, -change) <= c.Half*c.Summary.Center+base.Half*base.Summary.Center
}
