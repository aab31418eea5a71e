// Package yamlfile bounds a YAML file before a parser sees it: its size, the number of its lines and values, how deep it
// nests, and anchors, with which a few lines name millions of values. The parser's own time grows with the square of the
// keys, and its memory without limit with the depth: 20 KB of brackets take a second, 100 KB tens of gigabytes.
//
// Sweep files, machine files and published tables are all read through it. The bounds never refuse a file that a person
// would write by hand; of one that is not YAML, Parse says what to write.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// The bounds. A shipped file has at most 200 lines and nests four deep.
const (
	MaxBytes = 256 << 10
	MaxItems = 4000 // lines and commas
	MaxDepth = 32   // of brackets; also of blocks, by their indentation
	indent   = 8    // columns of one level of a block at most
)

// Read reads a file within the bounds. what says what the file is, for messages: "sweep file".
func Read(name, what string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the %s: %w", what, err)
	}
	data, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("cannot read the %s: %w", what, err)
	}
	return data, Check(name, data)
}

// Check returns an error "FILE:LINE: what is wrong" for a file beyond the bounds.
func Check(name string, data []byte) error {
	if len(data) > MaxBytes {
		return fmt.Errorf("%s:1: the file has more than %d KiB", name, MaxBytes>>10)
	}
	if n := bytes.Count(data, []byte{'\n'}) + bytes.Count(data, []byte{','}); n > MaxItems {
		return fmt.Errorf("%s:1: the file has more than %d lines and values", name, MaxItems)
	}
	s := scanner{data: data, line: 1}
	if err := s.scan(); err != nil {
		return fmt.Errorf("%s:%d: %w", name, s.line, err)
	}
	return nil
}

var (
	errDeep   = fmt.Errorf("it nests more than %d deep", MaxDepth)
	errAnchor = errors.New("anchors and aliases (&name, *name) are not read here: write the value out")
)

// scanner walks over the bytes. It knows as much of YAML as the bounds need: where a value may begin, quotes, comments.
type scanner struct {
	data  []byte
	at    int
	line  int
	depth int // of brackets
	start bool
}

func (s *scanner) scan() error {
	if err := s.newLine(); err != nil {
		return err
	}
	for s.at < len(s.data) {
		c := s.data[s.at]
		begin := s.start
		s.at++
		switch {
		case c == '\n':
			s.line++
			if err := s.newLine(); err != nil {
				return err
			}
		case c == ' ' || c == '\t' || c == '\r': // a value may still begin
		case begin && (c == '[' || c == '{'):
			if s.depth++; s.depth > MaxDepth {
				return errDeep
			}
		case c == ']' || c == '}':
			s.depth, s.start = max(0, s.depth-1), false
		case begin && (c == '"' || c == '\''):
			s.quoted(c)
		case begin && c == '&' && s.at < len(s.data) && s.data[s.at] > ' ':
			return errAnchor
		case c == '#' && (s.at < 2 || s.data[s.at-2] <= ' '):
			s.comment()
		case c == ',' && s.depth > 0, (c == ':' || c == '-' || c == '?') && s.at < len(s.data) && s.data[s.at] <= ' ':
			s.start = true
		default:
			s.start = false
		}
	}
	return nil
}

// newLine looks at what a line begins with: blanks, and the marks of lists.
func (s *scanner) newLine() error {
	s.start = true
	rest := s.data[s.at:]
	head := len(rest) - len(bytes.TrimLeft(rest, " \t-?"))
	if head > MaxDepth*indent || bytes.Count(rest[:head], []byte("- "))+bytes.Count(rest[:head], []byte("? ")) > MaxDepth {
		return errDeep
	}
	return nil
}

// quoted skips to the end of a quoted text; a backslash escapes in double quotes.
func (s *scanner) quoted(quote byte) {
	for s.start = false; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '\n':
			s.line++
		case c == '\\' && quote == '"':
			s.at++
		case c == quote:
			s.at++
			return
		}
	}
}

func (s *scanner) comment() {
	if end := bytes.IndexByte(s.data[s.at:], '\n'); end >= 0 {
		s.at += end
	} else {
		s.at = len(s.data)
	}
}
