package texttab

import (
	"fmt"
	"slices"
	"strings"
)

// OneOf returns the error for a name that is not among those known, as Unknown does, or nil.
func OneOf(what, name string, known []string) error {
	if slices.Contains(known, name) {
		return nil
	}
	return Unknown(what, name, known)
}

// Unknown returns the error for a name that is not among those known, "no machine": it suggests the nearest, or
// lists the first few.
func Unknown(what, name string, known []string) error {
	if near := Nearest(name, known); near != "" {
		return fmt.Errorf("%s %q: did you mean %s?", what, name, near)
	}
	const few = 20
	list := strings.Join(known[:min(len(known), few)], ", ")
	if n := len(known) - few; n > 0 {
		list += fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("%s %q: choose one of %s", what, name, list)
}

// Nearest returns the known name that is the fewest edits away from name, or the only one that begins with it. It
// returns "" where none is within a third of its length plus one (of three letters: one, unless the first is right),
// and several or none begin with it.
func Nearest(name string, known []string) string {
	best, least := "", len(name)/3+2
	for _, k := range known {
		short := len(name) < 4 && !strings.HasPrefix(k, name[:min(len(name), 1)])
		if d := edits(name, k); d < least && (d < 2 || !short) {
			best, least = k, d
		}
	}
	begin := func(k string) bool { return strings.HasPrefix(k, name) }
	if i := slices.IndexFunc(known, begin); best == "" && name != "" && i >= 0 && !slices.ContainsFunc(known[i+1:], begin) {
		return known[i]
	}
	return best
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
