package weblog

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"lwbench/bench/input/records"
)

// The reasons why a line is not a request in W3C extended format.
var (
	errNoFieldsLine = errors.New("no #Fields line before it")
	errFewFields    = errors.New("fewer values than the #Fields line names")
	errBadNumbers   = errors.New("sc-status or sc-bytes is not a number")
)

// w3c parses W3C extended format. A line "#Fields:" names the columns; it may be repeated. CloudFront separates them
// by tabs, IIS by blanks.
type w3c struct {
	columns                      int
	client, method, path, status int
	size                         int
	words                        [][]byte // of the current line
}

func (w *w3c) parse(line []byte, r *Request) error {
	if len(line) > 0 && line[0] == '#' {
		const fields = "#fields:"
		if len(line) >= len(fields) && strings.EqualFold(string(line[:len(fields)]), fields) {
			return w.fields(strings.Fields(string(line[len(fields):])))
		}
		return records.ErrComment // #Version:, #Date:, #Software:
	}
	if w.columns == 0 {
		return errNoFieldsLine
	}
	w.split(line)
	if len(w.words) < w.columns {
		return errFewFields
	}
	r.Client = w.words[w.client]
	if len(r.Client) == 0 || isDash(r.Client) {
		return errNoClient
	}
	status, ok1 := records.Number(w.words[w.status])
	size, ok2 := records.Number(w.words[w.size])
	if isDash(w.words[w.size]) {
		size, ok2 = 0, true
	}
	if !ok1 || !ok2 || status > 999 {
		return errBadNumbers
	}
	r.Status, r.Size = int(status), size
	path, _, _ := bytes.Cut(w.words[w.path], []byte{'?'})
	if method := w.words[w.method]; isMethod(method) && len(path) > 0 && !isDash(path) {
		r.Method, r.Path = method, path
	}
	return nil
}

// fields reads the column names. A log without a required one is unusable: the error is fatal.
func (w *w3c) fields(names []string) error {
	at := func(choices ...string) int {
		for _, c := range choices {
			for i, name := range names {
				if strings.EqualFold(name, c) {
					return i
				}
			}
		}
		return -1
	}
	w.columns = len(names)
	w.client, w.method = at("c-ip", "c-dns"), at("cs-method")
	w.path, w.status, w.size = at("cs-uri-stem", "cs-uri"), at("sc-status"), at("sc-bytes", "bytes")
	for _, need := range []struct {
		index int
		name  string
	}{{w.client, "c-ip"}, {w.method, "cs-method"}, {w.path, "cs-uri-stem"}, {w.status, "sc-status"}, {w.size, "sc-bytes"}} {
		if need.index < 0 {
			return records.Fatal{Err: fmt.Errorf("the #Fields line has no %s: add it to the fields that the server logs", need.name)}
		}
	}
	return records.ErrComment
}

// split splits the line into values: at tabs if it has any, else at blanks outside of double quotes.
func (w *w3c) split(line []byte) {
	w.words = w.words[:0]
	if bytes.IndexByte(line, '\t') >= 0 {
		for field := range bytes.SplitSeq(line, []byte{'\t'}) {
			w.words = append(w.words, bytes.TrimSpace(field))
		}
		return
	}
	for {
		line = bytes.TrimLeft(line, " ")
		if len(line) == 0 {
			return
		}
		end := bytes.IndexByte(line, ' ')
		if line[0] == '"' {
			if shut := bytes.IndexByte(line[1:], '"'); shut >= 0 {
				end = shut + 2
			}
		}
		if end < 0 {
			end = len(line)
		}
		w.words = append(w.words, line[:end])
		line = line[end:]
	}
}
