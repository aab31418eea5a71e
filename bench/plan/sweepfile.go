package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/goccy/go-yaml"

	"lwbench/bench/record"
	"lwbench/internal/yamlfile"
)

// ParseSweep reads a sweep file; filename is for messages. Unknown keys, and expectations that do not parse, are errors.
// An error is one line: FILE:LINE: what is wrong. Size and depth are bounded before the file is parsed.
func ParseSweep(filename string, data []byte) (Options, error) {
	var o Options
	if err := yamlfile.Check(filename, data); err != nil {
		return o, err
	}
	if err := checkShapes(data); err != nil {
		return o, fmt.Errorf("%s:%w", filename, err)
	}
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&o)
	if errors.Is(err, io.EOF) {
		return o, fmt.Errorf("%s:1: the sweep file is empty", filename)
	}
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		return o, fmt.Errorf("%s:%d: %s", filename, y.GetToken().Position.Line, record.OneLine(y.GetMessage()))
	}
	if err != nil {
		return o, fmt.Errorf("%s:1: %s", filename, record.OneLine(err.Error()))
	}
	for _, text := range o.Expect {
		if _, err := ParseExpectation(text); err != nil {
			return o, fmt.Errorf("%s:%d: %w", filename, lineOf(data, text), err)
		}
	}
	return o, nil
}

// lineOf returns the first line of data that holds text.
func lineOf(data []byte, text string) int {
	i := bytes.Index(data, []byte(text))
	return 1 + bytes.Count(data[:max(i, 0)], []byte("\n"))
}
