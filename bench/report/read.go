package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"golang.org/x/perf/benchfmt"

	"lwbench/bench"
)

// The bounds of what is read.
const (
	maxFileBytes = 64 << 20 // of one result file
	maxCells     = 100_000  // in all files together, a repetition counts
	maxValue     = 1e18     // of one figure
	minValue     = 1e-18    // of one that is not zero: an axis of logarithms stays one
	maxName      = 500      // bytes of a cell's name
)

// madeBy begins every result file of lwbench.
const madeBy = "# made by: "

// Source is one result file.
type Source struct {
	Name    string // its base name
	Command string // what makes it again: "lwbench sweep …"
	Cut     bool   // its last line was cut off and is left out
}

// Results is what some result files hold, grouped for showing. Build it with New, fill it with Add.
type Results struct {
	lists   bench.Lists
	sources []Source
	cells   int
	panels  []*Panel
	find    map[string]*Panel
}

// New begins an empty collection. What lists knows gives designs their colour and their declared faults, and machines
// their assumed figures; lists.Machine is asked for names that stand in result files and must not open files for them.
func New(lists bench.Lists) *Results { return &Results{lists: lists, find: make(map[string]*Panel)} }

// Add reads one result file; name is for messages and captions. The error is one line, FILE:LINE: what is wrong, and
// leaves the collection unfit for use.
func (r *Results) Add(name string, in io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(in, maxFileBytes+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s: cannot read: %w", name, err)
	case len(data) > maxFileBytes:
		return fmt.Errorf("%s: larger than %d MiB: split the sweep into several files", name, maxFileBytes>>20)
	case len(data) == 0:
		return fmt.Errorf("%s: the file is empty", name)
	case !bytes.HasPrefix(data, []byte(madeBy+"lwbench ")):
		return fmt.Errorf("%s:1: not a result file of lwbench: it does not begin with %q", name, madeBy+"lwbench …")
	}
	whole := data[:bytes.LastIndexByte(data, '\n')+1]
	first, _, _ := bytes.Cut(whole, []byte("\n"))
	b := newBatch(len(r.sources))
	r.sources = append(r.sources, Source{
		Name: oneLine(filepath.Base(name)), Command: oneLine(strings.TrimPrefix(string(first), madeBy)), Cut: len(whole) < len(data),
	})
	if err := r.scan(name, bytes.NewReader(whole), b); err != nil {
		return err
	}
	if len(b.panels) == 0 {
		return fmt.Errorf("%s: no results in it", name)
	}
	r.merge(b)
	return nil
}

// scan reads results into b.
func (r *Results) scan(name string, in io.Reader, b *batch) error {
	scan := benchfmt.NewReader(in, name)
	for scan.Scan() {
		switch rec := scan.Result().(type) {
		case *benchfmt.SyntaxError:
			return fmt.Errorf("%s:%d: %s", name, rec.Line, oneLine(rec.Msg))
		case *benchfmt.Result:
			if r.cells++; r.cells > maxCells {
				return fmt.Errorf("%s: more than %d results: split the sweep into several reports", name, maxCells)
			}
			if err := b.add(rec); err != nil {
				_, line := rec.Pos()
				return fmt.Errorf("%s:%d: %w", name, line, err)
			}
		}
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("%w: not a line of a result file", err) // it begins with name:line:
	}
	return nil
}

// checkValues refuses what would poison a median or an axis.
func checkValues(values []benchfmt.Value) error {
	if len(values) == 0 {
		return errors.New("a result without a value")
	}
	for _, v := range values {
		if math.IsNaN(v.Value) || v.Value < 0 || v.Value > maxValue || (v.Value > 0 && v.Value < minValue) {
			return fmt.Errorf("%v %s: expected 0, or %g to %g", v.Value, oneLine(v.Unit), minValue, maxValue)
		}
	}
	return nil
}

// oneLine makes text from a file fit for one line of a message.
func oneLine(s string) string {
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
