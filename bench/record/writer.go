package record

import (
	"fmt"
	"io"
	"math"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// madeBy starts the first line of every result file; the command that reproduces the file follows.
const madeBy = "# made by: "

// Writer writes results in the Go benchmark format, each immediately.
type Writer struct {
	w     io.Writer
	bench *benchfmt.Writer
}

// Header is the start of a result file. It does not depend on host or time.
type Header struct {
	Command string // reproduces the file
	Units   []Unit
	Exact   bool // equal runs have equal values
}

// NewWriter writes the header of a result file.
func NewWriter(w io.Writer, h Header) (*Writer, error) {
	r := &Writer{w: w, bench: benchfmt.NewWriter(w)}
	if _, err := fmt.Fprintf(w, "%s%s\n# regenerate, do not edit\n", madeBy, h.Command); err != nil {
		return nil, err
	}
	for _, u := range h.Units {
		assume := ""
		if h.Exact {
			assume = "exact"
		}
		for _, kv := range [][2]string{{"assume", assume}, {"better", u.Better}} {
			if kv[1] == "" {
				continue
			}
			m := &benchfmt.UnitMetadata{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: u.Name, Key: kv[0]}, OrigUnit: u.Name, Value: kv[1]}
			if err := r.bench.Write(m); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// newAppender continues a file whose last result has the given configuration: the bytes are those that a single
// Writer would have written.
func newAppender(w io.Writer, last []Setting) *Writer {
	to := &redirect{io.Discard}
	r := &Writer{w: w, bench: benchfmt.NewWriter(to)}
	if last != nil { // benchfmt writes a key only when it changes, so it must see the last values
		_ = r.bench.Write(&benchfmt.Result{Config: config(last), Name: benchfmt.Name("X"), Iters: 1})
	}
	to.Writer = w
	return r
}

// redirect is a writer whose destination can change.
type redirect struct{ io.Writer }

// Write appends one result. A value that is not a number is an error, and then nothing is written.
func (w *Writer) Write(res *Result) error {
	rec := &benchfmt.Result{Config: config(res.Config), Name: benchfmt.Name(res.String()), Iters: int(max(1, res.Ops))}
	for _, v := range res.Values {
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
			return fmt.Errorf("%s: %s is %v: not written", res, v.Unit, v.Value)
		}
		rec.Values = append(rec.Values, benchfmt.Value{Value: v.Value, Unit: v.Unit})
	}
	return w.bench.Write(rec)
}

// failedMark begins the comment about a cell without figures.
const failedMark = "# failed: "

// Failed writes a comment about a cell without figures: the first line of the cause. The stack of a panic would
// differ between builds.
func (w *Writer) Failed(cause error) error {
	line, _, _ := strings.Cut(cause.Error(), "\n")
	_, err := fmt.Fprintf(w.w, "%s%s\n", failedMark, strings.Join(strings.Fields(line), " "))
	return err
}
