package record

import (
	"slices"
	"strconv"
)

// KeyRepetition is in the results of a file that is being written, where a cell has repetitions: they end in any order. It is the
// repetition's number, from 1. A finished file has none, for its repetitions are in order.
const KeyRepetition = "repetition"

// Line is a cell in a result file: a result, or why there is none.
type Line struct {
	Result *Result
	Failed error
	Cell   string // the name of a cell that failed
	Rep    int    // of several repetitions, counted from 1; else 0
}

// line writes a line, with the number of the repetition if numbered is set.
func (w *Writer) line(l *Line, numbered bool) error {
	switch {
	case l.Failed != nil:
		return w.Failed(l.Failed)
	case numbered && l.Rep > 0:
		return w.Write(l.Result.withRep(l.Rep))
	}
	return w.Write(l.Result)
}

// withRep returns the result as a file that is being written holds it.
func (r *Result) withRep(rep int) *Result {
	with := *r
	with.Config = append(slices.Clone(r.Config), Setting{Name: KeyRepetition, Value: strconv.Itoa(rep)})
	return &with
}

// takeRep takes the number of the repetition out of the configuration that was read.
func (r *Result) takeRep() {
	r.rep, _ = strconv.Atoi(r.Get(KeyRepetition))
	r.Config = slices.DeleteFunc(r.Config, func(s Setting) bool { return s.Name == KeyRepetition })
}

// Take adds the cells of lines to the file's.
func (f *File) Take(lines []*Line) {
	for _, l := range lines {
		if l.Result != nil {
			f.Results = append(f.Results, l.Result)
		} else {
			f.Failed = append(f.Failed, l.Cell)
		}
	}
}
