package weblog

import (
	"lwbench/bench/input"
	"lwbench/bench/input/records"
)

// Request is one line of a log. The slices are valid until the next call of Next.
type Request struct {
	Client []byte // address or name of the client
	Method []byte // "GET"; empty where the log has something else than a request
	Path   []byte // without its query
	Status int    // 100 to 999; 0 if there is none
	Size   int64  // bytes of the answer; 0 where the log has "-"
}

// Reader reads a log.
type Reader = records.Reader[Request]

// Open starts to read a log in the named format, one of Choices, or in the format of most of its first lines.
func Open(lines *input.Lines, format string) (*Reader, error) {
	return records.Open(lines, "a request", formats(), format)
}

// Choices returns the format names that Open accepts.
func Choices() []string { return records.Choices(formats()) }

type parser = records.Parser[Request]

// formats lists the formats. Common and combined format share a parser: a log may contain both.
func formats() []records.Format[Request] {
	always := func(p parser) func([][]byte) parser { return func([][]byte) parser { return p } }
	return []records.Format[Request]{
		{Name: "combined", Doc: "combined format", New: always(common), Probe: combined},
		{Name: "common", Doc: "common format", New: always(common)},
		{Name: "vhost", Doc: "common or combined format with a virtual host in front", New: always(vhost)},
		{Name: "json", Doc: "one JSON object per line", New: always(jsonLine)},
		{Name: "w3c", Doc: "W3C extended format", New: func([][]byte) parser { return new(w3c).parse }},
	}
}
