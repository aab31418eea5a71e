package workload

import (
	"bytes"
	"strconv"
)

// logLine is what the accesslog workload needs of one line.
type logLine struct {
	client []byte // the first word
	path   []byte // of a request, without its query
	get    bool
	status int
	size   int64 // of the answer in bytes; 0 where the log has "-"
}

// parseLogLine reads a line of a web server's log in common or combined format:
//
//	client ident user [time] "GET /path?query HTTP/1.1" 200 1234 …
//
// What follows the size is not looked at. The slices point into line.
func parseLogLine(line []byte) (l logLine, ok bool) {
	space := bytes.IndexByte(line, ' ')
	if space <= 0 {
		return l, false
	}
	l.client = line[:space]
	end := bytes.Index(line, []byte(`] "`))
	if end < 0 {
		return l, false
	}
	rest := line[end+3:]
	quote := closingQuote(rest)
	if quote < 0 || !l.request(rest[:quote]) {
		return l, false
	}
	words := bytes.Fields(rest[quote+1:])
	if len(words) < 2 {
		return l, false
	}
	status, err := strconv.ParseUint(string(words[0]), 10, 16)
	if err != nil || status < 100 || status > 999 {
		return l, false
	}
	l.status = int(status)
	if string(words[1]) == "-" {
		return l, true
	}
	size, err := strconv.ParseUint(string(words[1]), 10, 62)
	l.size = int64(size)
	return l, err == nil
}

// closingQuote finds the end of a quoted string; a backslash escapes the character after it.
func closingQuote(s []byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// request reads "METHOD path protocol"; old clients leave the protocol out.
func (l *logLine) request(s []byte) bool {
	method, rest, found := bytes.Cut(s, []byte{' '})
	if !found || len(method) == 0 {
		return false
	}
	path, _, _ := bytes.Cut(rest, []byte{' '})
	path, _, _ = bytes.Cut(path, []byte{'?'})
	l.get, l.path = string(method) == "GET", path
	return len(path) > 0
}
