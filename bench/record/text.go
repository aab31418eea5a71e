package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"lwbench/bench/input"
)

// Text reads a file of results in the Go benchmark format, also compressed, with a byte order mark, or in UTF-16.
// An empty file, one that is too large and the JSON of another benchmark program are errors of one line.
func Text(name string, in io.Reader) ([]byte, error) {
	data, err := input.Text(name, in, maxFileBytes)
	switch {
	case err != nil:
		return nil, err
	case len(data) == 0:
		return nil, fmt.Errorf("%s: the file is empty: expected the Go benchmark format", input.Title(name))
	}
	if bytes.IndexByte(data[:min(len(data), 512)], 0) >= 0 {
		return nil, fmt.Errorf("%s: it is a binary file, not text", input.Title(name))
	}
	if n := overlong(data); n > 0 {
		return nil, fmt.Errorf("%s:%d: a line of more than %d bytes: not the Go benchmark format", input.Title(name), n, maxLine)
	}
	if what, todo := foreign(data); what != "" {
		return nil, fmt.Errorf("%s: a result of %s, not in the Go benchmark format: %s", input.Title(name), what, todo)
	}
	return data, nil
}

// maxLine is the longest line that benchfmt reads, in bytes.
const maxLine = bufio.MaxScanTokenSize - 1

// overlong returns the number of the first line that is too long, or 0.
func overlong(data []byte) int {
	for n := 1; len(data) > 0; n++ {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		if len(line) > maxLine {
			return n
		}
		data = rest
	}
	return 0
}

// foreign recognises the JSON of other benchmark programs and returns how to convert it.
func foreign(data []byte) (what, todo string) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte{'{'}) {
		return "", ""
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	keys := make(map[string]bool)
	depth := 0
	for range 1000 { // tokens: the relevant keys come first
		token, err := dec.Token()
		if err != nil {
			break
		}
		switch t := token.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				depth++
			} else {
				depth--
			}
		case string:
			keys[t] = true
		}
		if depth > 8 {
			break
		}
	}
	switch {
	case keys["results"] && keys["command"] && (keys["times"] || keys["mean"]):
		return "hyperfine", `jq -r '.results[] | .command as $c | .times[] | "Benchmark\($c | gsub("[ /]"; "_")) 1 \(.) sec/op"' FILE > FILE.txt`
	case keys["benchmarks"] && (keys["context"] || keys["real_time"]):
		return "Google Benchmark", `jq -r '.benchmarks[] | select(.run_type != "aggregate") | "Benchmark\(.name) \(.iterations) \(.real_time) \(.time_unit)/op"' FILE > FILE.txt`
	}
	return "some program in JSON", "convert it to lines as \"BenchmarkName 100 90 ns/op\""
}
