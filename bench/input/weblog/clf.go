package weblog

import (
	"bytes"
	"errors"

	"lwbench/bench/input/records"
)

// The reasons why a line is not in common or combined format.
var (
	errNoTime    = errors.New("no [time]")
	errNoClient  = errors.New("no client before the [time]")
	errNoVhost   = errors.New("no virtual host and client before the [time]")
	errNoRequest = errors.New(`no "request" with a status and a size after it`)
	errNoReferer = errors.New("nothing after the size")
	errIsVhost   = errors.New("a virtual host before the client")
)

// common parses a line in common format. It ignores the text after the size:
//
//	client ident user [time] "GET /path?query HTTP/1.1" 200 1234
func common(line []byte, r *Request) error {
	_, err := clf(line, r, false)
	return err
}

// combined is common format with more fields after the size.
func combined(line []byte, r *Request) error {
	rest, err := clf(line, r, false)
	if err == nil && len(bytes.TrimSpace(rest)) == 0 {
		return errNoReferer
	}
	return err
}

// vhost is either of them with a word before the client: Apache's vhost_combined, nginx with $host.
func vhost(line []byte, r *Request) error {
	_, err := clf(line, r, true)
	return err
}

// clf parses a line and returns the text after the size.
func clf(line []byte, r *Request, vhost bool) (rest []byte, err error) {
	open := timeBracket(line)
	if open < 0 {
		return nil, errNoTime
	}
	if err := who(line[:open], r, vhost); err != nil {
		return nil, err
	}
	shut := bytes.IndexByte(line[open:], ']')
	if shut < 0 {
		return nil, errNoTime
	}
	rest = line[open+shut+1:]
	quote := bytes.IndexByte(rest, '"')
	if quote < 0 {
		return nil, errNoRequest
	}
	request, rest, ok := answer(rest[quote+1:], r)
	if !ok {
		return nil, errNoRequest
	}
	r.request(request)
	return rest, nil
}

// timeBracket finds the '[' of the time: the first one after a blank. A virtual host may begin with another.
func timeBracket(line []byte) int {
	for i := 1; i < len(line); i++ {
		if line[i] == '[' && isBlank(line[i-1]) {
			return i
		}
	}
	return -1
}

// who finds the client in the words before the time. A list of proxies ("10.0.0.1, 10.0.0.2") is one client: the
// first. A user's name may contain blanks, so a virtual host is recognised by the field after the client: the ident,
// nearly always "-".
func who(head []byte, r *Request, vhost bool) error {
	words := bytes.Fields(head)
	at := 0
	if vhost {
		at = 1
	}
	if len(words) < at+1 {
		return errNoClient
	}
	r.Client = bytes.TrimSuffix(words[at], []byte(","))
	last := at
	for last+1 < len(words) && words[last][len(words[last])-1] == ',' {
		last++
	}
	hasVhost := last == 0 && len(words) >= 4 && isDash(words[2]) && !isDash(words[1])
	switch {
	case vhost && (len(words) < last+2 || at == 1 && isDash(words[1])):
		return errNoVhost
	case !vhost && hasVhost:
		return errIsVhost
	case len(r.Client) == 0 || isDash(r.Client):
		return errNoClient
	}
	return nil
}

// answer finds the end of the quoted request by the status and size that must follow it, because not all servers
// escape quotes inside. Of several such ends it takes the first after a protocol, or else the first.
func answer(s []byte, r *Request) (request, rest []byte, ok bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
			continue
		case '"':
		default:
			continue
		}
		status, size, after, good := numbers(s[i+1:])
		if !good {
			continue
		}
		whole := protocol(s[:i]) >= 0
		if !ok || whole {
			r.Status, r.Size = status, size
			request, rest, ok = s[:i], after, true
		}
		if whole {
			break
		}
	}
	return request, rest, ok
}

// numbers parses a status and a size, each after a blank.
func numbers(s []byte) (status int, size int64, rest []byte, ok bool) {
	word, s, ok := cutWord(s)
	if !ok || len(word) != 3 {
		return 0, 0, nil, false
	}
	code, ok := records.Number(word)
	if !ok || code < 100 {
		return 0, 0, nil, false
	}
	word, rest, ok = cutWord(s)
	if !ok {
		return 0, 0, nil, false
	}
	if isDash(word) {
		return int(code), 0, rest, true
	}
	size, ok = records.Number(word)
	return int(code), size, rest, ok
}

// request parses "METHOD path protocol". Blanks inside the path are part of it; old clients omit the protocol. For
// anything else, such as "-" or the bytes of a TLS handshake, the method is empty.
func (r *Request) request(s []byte) {
	s = bytes.TrimSpace(s)
	blank := bytes.IndexByte(s, ' ')
	if blank <= 0 || !isMethod(s[:blank]) {
		return
	}
	path := s[blank:]
	if end := protocol(path); end >= 0 {
		path = path[:end]
	}
	path = bytes.TrimSpace(path)
	path, _, _ = bytes.Cut(path, []byte{'?'})
	if len(path) > 0 {
		r.Method, r.Path = s[:blank], path
	}
}

// protocol returns the index of " HTTP/1.1" at the end of a request, or -1 if it does not end in a protocol.
func protocol(s []byte) int {
	i := bytes.LastIndexByte(s, ' ')
	if i < 0 || !bytes.HasPrefix(s[i+1:], []byte("HTTP/")) {
		return -1
	}
	return i
}

func isMethod(s []byte) bool {
	for _, c := range s {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return len(s) > 0
}

// cutWord returns the next word after at least one blank.
func cutWord(s []byte) (word, rest []byte, ok bool) {
	i := 0
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	end := i
	for end < len(s) && !isBlank(s[end]) {
		end++
	}
	return s[i:end], s[end:], i > 0 && end > i
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isDash(s []byte) bool { return len(s) == 1 && s[0] == '-' }
