package compare

import (
	"fmt"
	"math"
	"strings"

	"github.com/aclements/go-moremath/stats"

	"lwbench/internal/texttab"
)

// Mean is the geometric mean of a column, and of its ratios to the base. Cells that are not positive have no
// geometric mean: they are left out and named. If nothing is left out, both figures equal benchstat's.
type Mean struct {
	Center   float64  // of the column; NaN if no cell remains
	Ratio    float64  // to the first column; NaN in that column and if no pair remains
	Left     []string // the cells that Center leaves out, with the reason
	Unpaired []string // the cells that Ratio leaves out, with the reason
	Wrong    int      // cells of the column with wrong answers; the mean includes them
}

func (t *Table) mean(col int) Mean {
	var centers, ratios []float64
	m := Mean{Ratio: math.NaN()}
	unpaired := func(row int, why string, args ...any) {
		m.Unpaired = append(m.Unpaired, t.Rows[row]+" ("+fmt.Sprintf(why, args...)+")")
	}
	for i, row := range t.Rows {
		c, base := t.Cells[i][col], t.Cells[i][0]
		if c != nil && c.Wrong {
			m.Wrong++
		}
		if c != nil && c.Summary.Center > 0 {
			centers = append(centers, c.Summary.Center)
		} else if c != nil {
			m.Left = append(m.Left, fmt.Sprintf("%s (%v)", row, c.Summary.Center))
		}
		switch {
		case col == 0:
		case c == nil && base != nil:
			unpaired(i, "not in %s", t.Cols[col])
		case c == nil:
		case base == nil:
			unpaired(i, "not in %s", t.Cols[0])
		case c.Summary.Center == base.Summary.Center:
			ratios = append(ratios, 1) // 0 to 0 is no change, as in benchstat
		case min(c.Summary.Center, base.Summary.Center) <= 0:
			unpaired(i, "%v to %v", base.Summary.Center, c.Summary.Center)
		default:
			ratios = append(ratios, c.Summary.Center/base.Summary.Center)
		}
	}
	m.Center = stats.GeoMean(centers)
	if col > 0 {
		m.Ratio = stats.GeoMean(ratios)
	}
	return m
}

// delta formats the change of the mean as benchstat does.
func (m *Mean) delta() string {
	if math.IsNaN(m.Ratio) {
		return "?"
	}
	return fmt.Sprintf("%+.2f%%", (m.Ratio-1)*100)
}

// named lists a few names and counts the rest.
func named(names []string, few int) string {
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}

// leftOut describes the cells that the mean of a column leaves out, in one line for the mean and one for its change.
func (t *Table) leftOut(col int) (notes []string) {
	m := &t.Means[col]
	if m.Wrong > 0 {
		notes = append(notes, fmt.Sprintf("! the geomean of %s counts %s with wrong answers", t.Cols[col], texttab.Count(m.Wrong, "cell")))
	}
	if len(m.Left) > 0 {
		notes = append(notes, fmt.Sprintf("the geomean of %s leaves out %s", t.Cols[col], named(m.Left, 4)))
	}
	if len(m.Unpaired) > 0 {
		notes = append(notes, fmt.Sprintf("the change of the geomean of %s leaves out %s", t.Cols[col], named(m.Unpaired, 4)))
	}
	return notes
}
