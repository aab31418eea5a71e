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
	file, err := yamlfile.Parse(filename, data)
	if err != nil {
		return o, err
	}
	if err := checkShapes(file, data); err != nil {
		return o, fmt.Errorf("%s:%w", filename, err)
	}
	err = yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&o)
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
			return o, fmt.Errorf("%s:%d: %w", filename, yamlfile.LineOf(data, text), err)
		}
	}
	if len(file.Docs) > 0 {
		o.file, o.lines = filename, valueLines(file.Docs[0].Body)
	}
	return o, nil
}

// valueError is an error in one value of a key.
type valueError struct {
	key, value string
	error
}

func (e *valueError) Unwrap() error { return e.error }

// bad returns err as the error of a value; a nil err stays nil.
func bad(key string, value any, err error) error {
	if err == nil {
		return nil
	}
	return &valueError{key, fmt.Sprint(value), err}
}

// locate puts FILE:LINE before the error of a value that stands in the sweep file.
func (o *Options) locate(err error) error {
	e, ok := errors.AsType[*valueError](err)
	if !ok || o.lines[e.key+"="+e.value] == 0 {
		return err
	}
	return fmt.Errorf("%s:%d: %w", o.file, o.lines[e.key+"="+e.value], err)
}
