package weblog

import (
	"errors"
	"fmt"

	"lwbench/bench/input"
)

const (
	auto     = "auto"
	sampling = 100 // lines from which the format is detected
)

// format is one way of writing a log.
type format struct {
	name  string
	doc   string
	new   func() parser // with the state of one log
	probe parser        // what detection goes by, where that is stricter
}

// formats lists them. Where two read equally many lines, the first is taken. Common and combined format are read alike:
// a log may hold both.
func formats() []*format {
	return []*format{
		{name: "combined", doc: "combined format", new: func() parser { return common }, probe: combined},
		{name: "common", doc: "common format", new: func() parser { return common }},
		{name: "vhost", doc: "common or combined format with a virtual host in front", new: func() parser { return vhost }},
		{name: "json", doc: "one JSON object a line", new: func() parser { return jsonLine }},
		{name: "w3c", doc: "W3C extended format", new: func() parser { return new(w3c).parse }},
	}
}

// Open begins to read a log in the named format, or in the one that most of its first lines are in. The error says why
// none of them can be read.
func Open(lines *input.Lines, name string) (*Reader, error) {
	if err := lines.Trouble(); err != nil {
		return nil, err
	}
	for _, f := range formats() {
		if f.name == name {
			return &Reader{lines: lines, format: f, parse: f.new()}, nil
		}
	}
	if name != auto && name != "" {
		return nil, fmt.Errorf("no log format %q: choose auto or one of %s", name, choices())
	}
	f, err := detect(lines)
	if err != nil {
		return nil, err
	}
	return &Reader{lines: lines, format: f, parse: f.new()}, nil
}

// detect returns the format that reads the most of the first lines.
func detect(lines *input.Lines) (*format, error) {
	head := lines.Peek(sampling)
	var best *format
	most := 0
	for _, f := range formats() {
		n, err := readable(f, head)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lines.Name(), err)
		}
		if n > most {
			best, most = f, n
		}
	}
	if best == nil {
		line, first := 1, []byte(nil)
		if len(head) > 0 {
			first = head[0]
		}
		return nil, fmt.Errorf("%s:%d: none of the first %d lines is a request in a known format (%s): %s",
			lines.Name(), line, len(head), choices(), input.Printable(first))
	}
	return best, nil
}

// readable counts the lines that the format reads. The error is a fatal one.
func readable(f *format, head [][]byte) (n int, err error) {
	parse := f.probe
	if parse == nil {
		parse = f.new()
	}
	for _, line := range head {
		var r Request
		var fatal fatalError
		switch err := parse(line, &r); {
		case errors.As(err, &fatal):
			return 0, fatal.error
		case err == nil:
			n++
		}
	}
	return n, nil
}
