package records

import (
	"errors"
	"fmt"
	"strings"

	"lwbench/bench/input"
	"lwbench/internal/texttab"
)

const (
	auto     = "auto"
	sampling = 100 // lines used to detect a format
)

// Format is a format of files with one record of type R per line.
type Format[R any] struct {
	Name string // for the user
	Doc  string // as a message names it: "combined format"
	// New returns a parser with the state of one file, whose first lines are head.
	New func(head [][]byte) Parser[R]
	// Probe is a stricter parser for detection, or nil.
	Probe Parser[R]
}

// Parser parses one line into a record that is zero before. It returns ErrComment for a line that only the parser
// needs, ErrOther for a record of an unwanted kind, a Fatal if no later line can be read either, and any other error
// for a line that it cannot read.
type Parser[R any] func(line []byte, r *R) error

// Results of a Parser for lines that are neither a record nor invalid.
var (
	ErrComment = errors.New("a comment")
	ErrOther   = errors.New("a record of another kind")
)

// Fatal is an error that ends reading.
type Fatal struct{ Err error }

// Error is that of Err.
func (f Fatal) Error() string { return f.Err.Error() }

// Unwrap returns Err.
func (f Fatal) Unwrap() error { return f.Err }

var errTooLong = errors.New("longer than 64 KiB")

// Reader reads the records of a file. Memory does not grow with the file. A Reader is not safe for concurrent use.
type Reader[R any] struct {
	Rejects input.Rejects // lines that could not be read
	Other   int           // records of an unwanted kind
	lines   *input.Lines
	format  *Format[R]
	parse   Parser[R]
}

// Open starts to read a file in the named format; "auto" or "" selects the format of most of the first lines, and the
// first of several equal ones. what describes a line, for messages. The error gives the reason why none can be read.
func Open[R any](lines *input.Lines, what string, formats []Format[R], name string) (*Reader[R], error) {
	if err := lines.Trouble(); err != nil {
		return nil, err
	}
	head := lines.Peek(sampling)
	var chosen *Format[R]
	var broken error
	most := 0
	for i := range formats {
		f := &formats[i]
		if f.Name == name {
			chosen, broken = f, nil
			break
		}
		n, err := readable(f, head)
		if broken == nil {
			broken = err
		}
		if n > most {
			chosen, most = f, n
		}
	}
	choices := Choices(formats)
	switch {
	case name != auto && name != "" && (chosen == nil || chosen.Name != name):
		return nil, texttab.Unknown("no format", name, choices)
	case chosen == nil && broken != nil:
		return nil, fmt.Errorf("%s: %w", lines.Name(), broken)
	case chosen == nil && lines.Damage() != nil:
		return nil, lines.Damage()
	case chosen == nil && len(head) == 0:
		return nil, fmt.Errorf("%s:1: a line of more than %d KiB", lines.Name(), input.MaxLine>>10)
	case chosen == nil:
		first := []byte(nil)
		if len(head) > 0 {
			first = head[0]
		}
		return nil, fmt.Errorf("%s:1: none of the first %d lines is %s in a known format (%s): %s",
			lines.Name(), len(head), what, strings.Join(choices[1:], ", "), input.Printable(first))
	}
	return &Reader[R]{lines: lines, format: chosen, parse: chosen.New(head)}, nil
}

// readable counts the lines that the format can read. The error is a fatal one.
func readable[R any](f *Format[R], head [][]byte) (n int, err error) {
	parse := f.Probe
	if parse == nil {
		parse = f.New(head)
	}
	for _, line := range head {
		var r R
		err := parse(line, &r)
		if fatal, ok := errors.AsType[Fatal](err); ok {
			return 0, fatal.Err
		}
		if err == nil || errors.Is(err, ErrOther) {
			n++
		}
	}
	return n, nil
}

// Choices returns the format names that Open accepts.
func Choices[R any](formats []Format[R]) []string {
	names := []string{auto}
	for i := range formats {
		names = append(names, formats[i].Name)
	}
	return names
}

// Next reads the next record into r. It returns io.EOF at the end; any other error names the file and its line.
func (x *Reader[R]) Next(r *R) error {
	for {
		line, err := x.lines.Next()
		if err != nil {
			return err
		}
		if line == nil {
			x.Rejects.Add(x.lines.Line(), nil, errTooLong)
			continue
		}
		*r = *new(R)
		err = x.parse(line, r)
		switch fatal, isFatal := errors.AsType[Fatal](err); {
		case err == nil:
			return nil
		case errors.Is(err, ErrComment):
		case errors.Is(err, ErrOther):
			x.Other++
		case isFatal:
			return x.lines.Errorf("%w", fatal.Err)
		default:
			x.Rejects.Add(x.lines.Line(), line, err)
		}
	}
}

// Line returns the number of lines read.
func (x *Reader[R]) Line() int { return x.lines.Line() }

// Format describes the input: "combined format, gzip".
func (x *Reader[R]) Format() string {
	if p := x.lines.Packing(); p != "" {
		return x.format.Doc + ", " + p
	}
	return x.format.Doc
}
