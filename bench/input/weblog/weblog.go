package weblog

import (
	"errors"
	"strings"

	"lwbench/bench/input"
)

// Request is one line of a log. The slices are valid until the next call of Next.
type Request struct {
	Client []byte // the address or name of who asked
	Method []byte // "GET"; empty where the log has something else than a request
	Path   []byte // without its query
	Status int    // 100 to 999; 0 where there is none
	Size   int64  // bytes of the answer; 0 where the log has "-"
}

// Reader reads a log. It belongs to one goroutine.
type Reader struct {
	Rejects input.Rejects // lines that could not be read
	lines   *input.Lines
	format  *format
	parse   parser
}

// parser reads one line. It returns errComment for a line that is there for the parser alone, a fatalError where no
// later line can be read either, and any other error for a line that it cannot read.
type parser func(line []byte, r *Request) error

// errComment is no error: the line holds no request and needs no mention.
var errComment = errors.New("a comment")

// errTooLong is why a line of more than input.MaxLine is left out.
var errTooLong = errors.New("longer than 64 KiB")

// fatalError ends the reading.
type fatalError struct{ error }

// Next reads the next request into r. It returns io.EOF at the end; any other error names the file and its line.
func (w *Reader) Next(r *Request) error {
	for {
		line, err := w.lines.Next()
		if err != nil {
			return err
		}
		if line == nil {
			w.Rejects.Add(w.lines.Line(), nil, errTooLong)
			continue
		}
		*r = Request{}
		var fatal fatalError
		switch err := w.parse(line, r); {
		case err == nil:
			return nil
		case errors.Is(err, errComment):
		case errors.As(err, &fatal):
			return w.lines.Errorf("%w", fatal.error)
		default:
			w.Rejects.Add(w.lines.Line(), line, err)
		}
	}
}

// Line is how many lines have been read.
func (w *Reader) Line() int { return w.lines.Line() }

// Format describes what is being read: "combined format with a virtual host in front, gzip".
func (w *Reader) Format() string {
	if p := w.lines.Packing(); p != "" {
		return w.format.doc + ", " + p
	}
	return w.format.doc
}

// Choices are the names that Open takes for a format: "auto", which detects it, and the formats themselves.
func Choices() []string {
	names := []string{auto}
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

func choices() string { return strings.Join(Choices()[1:], ", ") }
