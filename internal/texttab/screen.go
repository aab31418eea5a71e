package texttab

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Screen is a terminal of a known width. It breaks longer lines at blanks and indents what follows, and tables written
// to it fit. In a pipe, where no width is known, text is written as it is: use no Screen there.
type Screen struct {
	w       io.Writer
	columns int
	rest    []byte // of a line that has not ended
}

// NewScreen returns a screen of that many columns.
func NewScreen(w io.Writer, columns int) *Screen { return &Screen{w: w, columns: columns} }

// Columns returns the width of w if it is a Screen, and no more than most.
func Columns(w io.Writer, most int) int {
	if s, ok := w.(*Screen); ok {
		return min(s.columns, most)
	}
	return most
}

// Write writes the lines of p that end.
func (s *Screen) Write(p []byte) (int, error) {
	s.rest = append(s.rest, p...)
	end := bytes.LastIndexByte(s.rest, '\n') + 1
	var b strings.Builder
	for line := range strings.Lines(string(s.rest[:end])) {
		b.WriteString(fold(strings.TrimSuffix(line, "\n"), s.columns) + "\n")
	}
	s.rest = append(s.rest[:0], s.rest[end:]...)
	if _, err := io.WriteString(s.w, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes a last line that does not end.
func (s *Screen) Flush() error {
	_, err := io.WriteString(s.w, fold(string(s.rest), s.columns))
	s.rest = nil
	return err
}

var (
	colour = regexp.MustCompile("\x1b\\[[0-9;]*m")
	gap    = regexp.MustCompile(`\S( {2,})\S`)
)

// fold breaks a line. What follows begins below the last column of the line that begins in its left half, or four
// blanks deeper than an indented line.
func fold(line string, columns int) string {
	width := func(s string) int { return utf8.RuneCountInString(colour.ReplaceAllString(s, "")) }
	if width(line) <= columns {
		return line
	}
	hang := len(line) - len(strings.TrimLeft(line, " "))
	if hang > 0 {
		hang += 4
	}
	for _, at := range gap.FindAllStringSubmatchIndex(line, -1) {
		if n := width(line[:at[3]]); n <= columns/2 {
			hang = n
		}
	}
	hang = min(hang, columns/2)
	var b strings.Builder
	for width(line) > columns {
		cut, first := 0, len(line)-len(strings.TrimLeft(line, " "))
		for i := range line {
			if line[i] != ' ' || i <= first {
				continue
			}
			if cut > 0 && width(line[:i]) > columns {
				break
			}
			cut = i
		}
		if cut == 0 {
			break
		}
		b.WriteString(strings.TrimRight(line[:cut], " ") + "\n")
		line = strings.Repeat(" ", hang) + strings.TrimLeft(line[cut:], " ")
	}
	return b.String() + line
}
