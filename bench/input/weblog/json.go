package weblog

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"strings"

	"lwbench/bench/input/records"
)

// The reasons why a line is not a request in JSON.
var (
	errNoObject   = errors.New("not a JSON object")
	errNoAddress  = errors.New("no field for the client: remote_addr, remote_ip, client_ip, …")
	errNoFields   = errors.New("no field for the request: request, request_method and request_uri, …")
	errNoStatus   = errors.New("no field for the status: status, …")
	errNoSize     = errors.New("no field for the size of the answer: body_bytes_sent, bytes_sent, size, …")
	errBadStatus  = errors.New("the status is not a number from 100 to 999")
	errBadJSONLen = errors.New("the size of the answer is not a number")
)

// The servers' names for the fields, the usual ones first. nginx has no JSON format: the names are those of its
// variables, or set by its configuration. Caddy puts the request into an object.
var (
	clientNames = []string{"remote_addr", "client_ip", "remote_ip", "client", "clientip", "clientIp", "remoteAddr", "ClientHost", "remote_host", "ip", "addr"}
	methodNames = []string{"request_method", "method", "verb", "RequestMethod", "http_method"}
	uriNames    = []string{"request_uri", "uri", "path", "url", "RequestPath", "request_path"}
	statusNames = []string{"status", "status_code", "response", "code", "DownstreamStatus", "response_status"}
	sizeNames   = []string{"body_bytes_sent", "bytes_sent", "size", "bytes", "response_size", "DownstreamContentSize", "bytes_out"}
)

type object map[string]json.RawMessage

// jsonLine parses one JSON object.
func jsonLine(line []byte, r *Request) error {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] != '{' || deeper(line, maxDepth) {
		return errNoObject
	}
	var o object
	if json.Unmarshal(line, &o) != nil {
		return errNoObject
	}
	request := o // the object with method and URI
	if inner := o["request"]; len(inner) > 0 && inner[0] == '{' {
		if json.Unmarshal(inner, &request) != nil {
			return errNoFields
		}
	}
	client, ok := first(o, clientNames)
	if !ok {
		client, ok = first(request, clientNames)
	}
	if !ok || client == "" {
		return errNoAddress
	}
	r.Client = []byte(host(client))
	if err := r.answer(o); err != nil {
		return err
	}
	if text, ok := first(o, []string{"request"}); ok {
		r.request([]byte(text)) // "GET /path HTTP/1.1"
		return nil
	}
	method, ok1 := first(request, methodNames)
	uri, ok2 := first(request, uriNames)
	if !ok1 || !ok2 {
		return errNoFields
	}
	path, _, _ := strings.Cut(uri, "?")
	if path != "" {
		r.Method, r.Path = []byte(method), []byte(path)
	}
	return nil
}

// answer parses the status and the size.
func (r *Request) answer(o object) error {
	text, ok := first(o, statusNames)
	if !ok {
		return errNoStatus
	}
	status, ok := records.Number([]byte(text))
	if !ok || status < 100 || status > 999 {
		return errBadStatus
	}
	text, ok = first(o, sizeNames)
	if !ok {
		return errNoSize
	}
	r.Status = int(status)
	if text == "-" || text == "" {
		return nil
	}
	if r.Size, ok = records.Number([]byte(text)); !ok {
		return errBadJSONLen
	}
	return nil
}

// first returns the first of the fields that is a string or a number.
func first(o object, names []string) (string, bool) {
	for _, name := range names {
		raw, ok := o[name]
		if !ok || len(raw) == 0 {
			continue
		}
		var text string
		switch {
		case raw[0] == '"' && json.Unmarshal(raw, &text) == nil:
			return text, true
		case raw[0] >= '0' && raw[0] <= '9':
			return string(raw), true
		}
	}
	return "", false
}

// host strips the port from an address.
func host(addr string) string {
	if h, _, err := net.SplitHostPort(addr); err == nil {
		return h
	}
	return addr
}

// maxDepth is the nesting limit for a line; Caddy's nest four deep.
const maxDepth = 32

// deeper reports whether the brackets outside of strings nest deeper than most, before parsing.
func deeper(s []byte, most int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > most {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
