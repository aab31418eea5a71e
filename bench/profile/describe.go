package profile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

const difference = "difference: "

// note begins a comment that does not name what the profile is of.
const note = "note: "

// wrongNote begins a comment about wrong answers.
const wrongNote = note + "! "

// wrongAnswers is the comment that says which wrong answers a cell has; none if it has none.
func wrongAnswers(cell *Cell) []string {
	if cell.Wrong == "" {
		return nil
	}
	return []string{fmt.Sprintf("%swrong answers of %s: %s", wrongNote, cell.Name, cell.Wrong)}
}

// Wrong says which wrong answers the oracles found in the cells of a profile, a line for each cell, with the mark.
func Wrong(p *profile.Profile) (lines []string) {
	for _, c := range p.Comments {
		if strings.HasPrefix(c, wrongNote) {
			lines = append(lines, strings.TrimPrefix(c, note))
		}
	}
	return lines
}

// operations is the comment that says how many operations a profile has.
func operations(n int64) string { return fmt.Sprintf("%s%d operations", note, n) }

// operationsOf returns how many operations a profile has; 0 if that is not known.
func operationsOf(p *profile.Profile) (sum int64) {
	for _, c := range p.Comments {
		var n int64
		if _, err := fmt.Sscanf(c, note+"%d operations", &n); err == nil {
			if sum != 0 {
				return 0 // of several cells
			}
			sum = n
		}
	}
	return sum
}

// describe says what a profile is of: its cell, a difference, or several cells that go tool pprof has merged.
func describe(p *profile.Profile) string {
	cells := cellsOf(p)
	switch {
	case len(cells) == 0:
		return "an unnamed cell"
	case len(cells) == 1 && strings.HasPrefix(cells[0], difference):
		return cells[0]
	case isDifference(p) && len(cells) == 1:
		return difference + cells[0] + ", less the same"
	case isDifference(p) && len(cells) == 2: // -diff_base comes last
		return difference + cells[0] + ", less " + cells[1]
	case isDifference(p):
		return difference + "between " + strings.Join(cells, "; ")
	case len(cells) > 1:
		return fmt.Sprintf("%d cells merged: %s", len(cells), strings.Join(cells, "; "))
	}
	return cells[0]
}

// cellsOf returns the comments that name cells.
func cellsOf(p *profile.Profile) []string {
	return slices.DeleteFunc(slices.Clone(p.Comments), func(c string) bool {
		return c == mark || c == liveMark || strings.HasPrefix(c, note)
	})
}

// isDifference reports whether the profile was made with -diff_base or -base.
func isDifference(p *profile.Profile) bool {
	return slices.ContainsFunc(p.Sample, func(s *profile.Sample) bool {
		return s.DiffBaseSample() || s.Value[0] < 0 // cycles
	})
}

// Relabel makes pprof's pages name a profile of lwbench as what it is, also where go tool pprof has merged it from several
// or taken the difference of two: they show the first cell alone otherwise.
func Relabel(p *profile.Profile) {
	if !Ours(p) || !isDifference(p) && len(cellsOf(p)) == 1 {
		return
	}
	name := title(strings.TrimPrefix(describe(p), difference)) // pprof drops a name that looks like a URL: "difference:…"
	if len(Wrong(p)) > 0 {
		name += " ! wrong answers"
	}
	for _, m := range p.Mapping {
		m.File = name
	}
}
