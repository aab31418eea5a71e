package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/perf/benchfmt"
)

// Bounds of what Read accepts.
const (
	maxFileBytes = 64 << 20
	MaxResults   = 100_000 // in one file; repetitions count
	maxValue     = 1e18    // of one figure
	minValue     = 1e-18   // of one that is not zero, so that a logarithmic axis has a bottom
)

// File is one result file.
type File struct {
	Name    string // base name
	Command string // reproduces the file: "lwbench sweep …"
	Results []*Result
	Skipped []error  // lines that could not be read and are omitted, also one that is cut off at the end: FILE:LINE: why
	Words   []string // of Command; nil if it is not one of lwbench
	Failed  []string // names of the cells that have no figures, because their design got stuck
	Lack    *Lack    // what is missing of the command's results; nil if nothing is, or if that is not known. Read does not know
}

// Read reads a result file of lwbench; name is for messages. The error is one line: FILE:LINE: message. A line that
// cannot be read is skipped; see File.Skipped.
func Read(name string, in io.Reader) (*File, error) {
	data, err := Text(name, in)
	switch {
	case err != nil:
		return nil, err
	case !IsResults(data):
		return nil, fmt.Errorf("%s:1: not a result file of lwbench: it does not begin with %q", name, madeBy+"lwbench …")
	}
	whole, cut := Whole(name, data)
	f := &File{Name: OneLine(filepath.Base(name)), Command: OneLine(command(whole))}
	f.Words, _ = Words(command(whole))
	f.Failed = failed(whole)
	if err := f.scan(name, whole); err != nil {
		return nil, err
	}
	if cut != nil {
		f.Skipped = append(f.Skipped, cut)
	}
	if len(f.Results) == 0 && len(f.Skipped) > 0 {
		return nil, f.Skipped[0]
	}
	if n := len(f.Failed); n > 0 && len(f.Results) == 0 {
		return nil, fmt.Errorf("%s: contains no results: no cell has figures; the lines # failed: say why, of %s first", name, f.Failed[0])
	}
	if len(f.Results) == 0 {
		return nil, NoResults(name, f.Command)
	}
	return f, nil
}

// NoResults is the error of a result file without a result: the command that wrote it ended before its first cell was
// finished.
func NoResults(name, command string) error {
	return fmt.Errorf("%s: contains no results: no cell was finished; to continue: %s --resume -o %s", name, OneLine(command), name)
}

// Whole returns the complete lines of a file of results, once. cut says that it ends in the middle of a line, which is then no
// result, or that it holds copies of itself, which are no further samples; a reader reports it with the other lines that it skips.
func Whole(name string, data []byte) (whole []byte, cut error) {
	whole = data[:bytes.LastIndexByte(data, '\n')+1]
	if i := bytes.Index(whole, []byte("\n"+madeBy)); i >= 0 && IsResults(whole) {
		if one := whole[:i+1]; len(whole)%len(one) == 0 && bytes.Equal(whole, bytes.Repeat(one, len(whole)/len(one))) {
			return one, fmt.Errorf("%s:%d: the file holds the same results %d times: they count once", name, bytes.Count(one, []byte("\n"))+1, len(whole)/len(one))
		}
	}
	if len(whole) < len(data) {
		cut = fmt.Errorf("%s:%d: the last line is cut off: the file is not complete", name, bytes.Count(whole, []byte("\n"))+1)
	}
	return whole, cut
}

// IsResults reports whether data, or a prefix of a file of at least 32 bytes, is from a result file.
func IsResults(data []byte) bool { return bytes.HasPrefix(data, []byte(madeBy+"lwbench ")) }

// CommandOf returns the command that reproduces a result file.
func CommandOf(data []byte) string { return OneLine(command(data)) }

// command returns the text after madeBy in the first line.
func command(data []byte) string {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	return strings.TrimPrefix(string(first), madeBy)
}

// failed returns the names of the cells that Writer.Failed has noted.
func failed(data []byte) (names []string) {
	for line := range strings.Lines(string(data)) {
		if what, ok := strings.CutPrefix(line, failedMark); ok {
			name, _, _ := strings.Cut(what, ": ")
			names = append(names, name)
		}
	}
	return names
}

func (f *File) scan(name string, data []byte) error {
	scan := benchfmt.NewReader(bytes.NewReader(data), name)
	for scan.Scan() {
		switch rec := scan.Result().(type) {
		case *benchfmt.SyntaxError: // broken by the output of another program
			f.Skipped = append(f.Skipped, fmt.Errorf("%s:%d: %s", name, rec.Line, OneLine(rec.Msg)))
		case *benchfmt.Result:
			if bad := Unprintable(rec); bad != "" {
				_, line := rec.Pos()
				f.Skipped = append(f.Skipped, fmt.Errorf("%s:%d: %s", name, line, bad))
				continue
			}
			if len(f.Results) == MaxResults {
				return fmt.Errorf("%s: more than %d results: split the sweep into several files", name, MaxResults)
			}
			r, err := parse(rec)
			if err != nil {
				_, line := rec.Pos()
				return fmt.Errorf("%s:%d: %w", name, line, err)
			}
			f.Results = append(f.Results, r)
		}
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("%w: not a line of a result file", err) // the error begins with name:line:
	}
	return nil
}

// Unprintable says which part of a result has a control character, which a terminal would obey; empty if none has.
func Unprintable(rec *benchfmt.Result) string {
	has := func(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }
	switch {
	case has(string(rec.Name)):
		return "a control character in the name of a benchmark"
	case slices.ContainsFunc(rec.Config, func(c benchfmt.Config) bool { return has(string(c.Value)) }):
		return "a control character in the configuration of a benchmark"
	case slices.ContainsFunc(rec.Values, func(v benchfmt.Value) bool { return has(v.Unit) }):
		return "a control character in a unit"
	}
	return ""
}

// parse checks one result and copies it.
func parse(rec *benchfmt.Result) (*Result, error) {
	name, err := ParseName(string(rec.Name))
	if err != nil {
		return nil, err
	}
	if len(rec.Values) == 0 {
		return nil, errors.New("a result without a value")
	}
	r := &Result{Name: name, Ops: int64(rec.Iters)}
	for _, c := range rec.Config {
		r.Config = append(r.Config, Setting{Name: c.Key, Value: string(c.Value)})
	}
	r.takeRep()
	for _, v := range rec.Values {
		if err := CheckValue(v.Unit, v.Value); err != nil {
			return nil, err
		}
		r.Values = append(r.Values, Value{Unit: v.Unit, Value: v.Value})
	}
	return r, nil
}

// CheckValue rejects a value that no measurement has: one that is not a number, too large or too small to draw, or
// negative.
func CheckValue(unit string, v float64) error {
	size := v
	if unit == Drift {
		size = math.Abs(size) // the only unit that may be negative
	}
	if math.IsNaN(size) || size < 0 || size > maxValue || (size > 0 && size < minValue) {
		return fmt.Errorf("%v %s: expected 0, or %g to %g", v, OneLine(unit), minValue, maxValue)
	}
	return nil
}

// OneLine makes text from a file safe for one line of a message: at most 200 bytes, without control characters.
func OneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
}
