package input

import (
	"fmt"
	"strings"
	"unicode"
)

// shownRejects is the number of lines that Rejects keeps, and shownBytes the length of each.
const (
	shownRejects = 3
	shownBytes   = 100
)

// Rejects counts the lines that a parser could not read and keeps the first three for the user.
type Rejects struct {
	N     int      // lines
	First []Reject // at most three
}

// Reject is a line that could not be read.
type Reject struct {
	Line int    // its number, from 1
	Text string // its beginning, safe to print on a terminal
	Why  error
}

// Add counts a line; text nil is one that is longer than MaxLine.
func (r *Rejects) Add(line int, text []byte, why error) {
	r.N++
	if len(r.First) < shownRejects {
		r.First = append(r.First, Reject{Line: line, Text: Printable(text), Why: why})
	}
}

// Notes returns a line with the number of rejected lines among all, and then the first ones, a line each.
func (r *Rejects) Notes(all int) []string {
	if r.N == 0 {
		return nil
	}
	notes := []string{fmt.Sprintf("%d of %d lines could not be read and were left out; the first:", r.N, all)}
	for _, x := range r.First {
		notes = append(notes, fmt.Sprintf("  line %d: %v: %s", x.Line, x.Why, x.Text))
	}
	return notes
}

// Printable returns the start of a line with control characters replaced by dots.
func Printable(text []byte) string {
	cut := ""
	if len(text) > shownBytes {
		text, cut = text[:shownBytes], "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return '.'
		}
		return r
	}, string(text)) + cut
}
