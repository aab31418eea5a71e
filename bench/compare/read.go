package compare

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/perf/benchfmt"

	"lwbench/bench/input"
	"lwbench/bench/record"
)

// Input is the contents of the files.
type Input struct {
	Results []*benchfmt.Result
	Units   benchfmt.UnitMetadataMap
	Labels  []string // of the files, in order
	Skipped []error  // lines that could not be read and are omitted: FILE:LINE: why
}

// Read reads result files. An argument is a path or LABEL=PATH; "-" is stdin. A path that is given twice becomes path#0 and
// path#1, as in benchstat. An error is one line, with file and line number where possible: a file that is missing, empty
// or not a result file, or a value that is not a number. A line that cannot be parsed is skipped, and so is the rest of a
// line at the end of a file that is cut off.
func Read(args []string, stdin io.Reader) (*Input, error) {
	in := new(Input)
	labels, paths := label(args)
	in.Labels = labels
	r := benchfmt.NewReader(strings.NewReader(""), "")
	seen := make(map[[2]string]bool) // labels and contents
	for i, path := range paths {
		if path == "" {
			return nil, fmt.Errorf("%q: expected LABEL=FILE", args[i])
		}
		data, err := content(path, stdin)
		if err != nil {
			return nil, err
		}
		same := [2]string{labels[i], string(data)}
		if seen[same] {
			in.Skipped = append(in.Skipped, fmt.Errorf("%s: the same results as before under the label %s: they count once", path, labels[i]))
			continue
		}
		seen[same] = true
		whole, cut := record.Whole(path, data)
		r.Reset(bytes.NewReader(whole), path, ".file", labels[i])
		before, skipped, ours := len(in.Results), len(in.Skipped), record.IsResults(data)
		for r.Scan() {
			if err := in.add(r.Result(), ours); err != nil {
				return nil, err
			}
		}
		if err := r.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if cut != nil {
			in.Skipped = append(in.Skipped, cut)
		}
		switch {
		case len(in.Results) > before:
		case len(in.Skipped) > skipped:
			return nil, in.Skipped[skipped]
		case ours:
			return nil, record.NoResults(path, record.CommandOf(data))
		default:
			return nil, fmt.Errorf("%s: contains no results: expected the Go benchmark format, as lwbench sweep -o writes it", path)
		}
	}
	in.Units = r.Units()
	return in, nil
}

// add handles one record; ours is of a file of lwbench.
func (in *Input) add(rec benchfmt.Record, ours bool) error {
	switch rec := rec.(type) {
	case *benchfmt.SyntaxError: // broken by the output of another program
		in.Skipped = append(in.Skipped, rec)
	case *benchfmt.Result:
		file, line := rec.Pos()
		if bad := record.Unprintable(rec); bad != "" {
			in.Skipped = append(in.Skipped, fmt.Errorf("%s:%d: %s", file, line, bad))
			return nil
		}
		for _, v := range rec.Values {
			if err := record.CheckValue(v.Unit, v.Value); err != nil {
				return fmt.Errorf("%s:%d: %w", file, line, err)
			}
		}
		rec = rec.Clone()
		if ours {
			rec.SetConfig(record.KeyRepetition, "")
		}
		in.Results = append(in.Results, rec)
	}
	return nil
}

// label splits the labels from the arguments.
func label(args []string) (labels, paths []string) {
	times := map[string]int{}
	for _, a := range args {
		if !strings.Contains(a, "=") {
			times[a]++
		}
	}
	next := map[string]int{}
	for _, a := range args {
		name, path, labelled := strings.Cut(a, "=")
		if !labelled {
			path = a
			if times[a] > 1 {
				name = fmt.Sprintf("%s#%d", a, next[a])
				next[a]++
			}
		}
		labels, paths = append(labels, name), append(paths, path)
	}
	return labels, paths
}

// content reads a file of results.
func content(path string, stdin io.Reader) ([]byte, error) {
	in := stdin
	if path != input.Stdin {
		file, err := os.Open(path)
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		if err != nil {
			return nil, fmt.Errorf("%s: cannot read it: %w", path, err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	return record.Text(path, in)
}
