package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

var (
	entry   = regexp.MustCompile(`^([A-Za-z][\w.-]*)(\s*[:=]\s*)(\S.*)$`)
	special = regexp.MustCompile("^[@`%&*!|>]|: ") // what a text without quotes may not begin with, or have in it
)

// Parse checks the bounds and parses the file. The error is one line, "FILE:LINE: what is wrong: what to write".
func Parse(name string, data []byte) (*ast.File, error) {
	if err := Check(name, data); err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes(data, 0)
	if err == nil {
		return file, nil
	}
	var y yaml.Error
	if !errors.As(err, &y) || y.GetToken() == nil {
		return nil, fmt.Errorf("%s:1: %s", name, oneLine(err.Error()))
	}
	line, message := y.GetToken().Position.Line, oneLine(y.GetMessage())
	return nil, fmt.Errorf("%s:%d: %s", name, line, Explain(data, line, "not YAML: "+message+": write KEY: VALUE"))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Explain says of a line that is no key and value what is wrong and what to write in its place. message is for a line
// of which nothing better is known, and says what the parser said.
func Explain(data []byte, line int, message string) string {
	lines := strings.Split(string(data), "\n")
	raw := strings.TrimRight(lines[min(max(line, 1), len(lines))-1], " \r")
	text := strings.TrimLeft(raw, " \t")
	head, value := "- ", ""
	if item, ok := strings.CutPrefix(text, head); ok {
		value = item
	}
	key := entry.FindStringSubmatch(text)
	if key != nil {
		head, value = key[1]+": ", key[3]
	}
	has := func(part string) bool { return strings.Contains(message, part) }
	switch {
	case strings.Contains(raw[:len(raw)-len(text)], "\t"):
		return "a tab indents the line: indent with blanks"
	case has("already defined"):
		return "the key is given twice: leave one out"
	case has("quoted text"):
		return "a quoted text does not end: write its second quote"
	case has("must be specified") || has("not found") || has("end token"):
		return "a list does not end before here, or lacks a comma: write [A, B]"
	case strings.HasPrefix(value, "- "):
		return fmt.Sprintf("a list on one line has brackets: write %s[%s]", head, value[2:])
	case key != nil && (key[2] == ":" || strings.Contains(key[2], "=")):
		return fmt.Sprintf("a key ends with a colon and a blank: write %s%s", head, value)
	case special.MatchString(value):
		return fmt.Sprintf(`a text with ": " in it or a special character first needs quotes: write %s%s`, head, strconv.Quote(value))
	case key != nil && raw != text && has("not allowed"):
		return fmt.Sprintf("the line is indented deeper than the one before: write %s at the same column", strings.TrimSpace(head))
	}
	return message
}

// LineOf returns the first line of data that holds text, or 1.
func LineOf(data []byte, text string) int {
	return 1 + bytes.Count(data[:max(0, bytes.Index(data, []byte(text)))], []byte("\n"))
}
