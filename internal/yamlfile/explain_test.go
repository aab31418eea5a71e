package yamlfile_test

import (
	"testing"

	"lwbench/internal/yamlfile"
)

// TestExplain: what to write in place of a line that is not YAML.
func TestExplain(t *testing.T) {
	for _, test := range []struct{ text, message, want string }{
		{"why: a: b", "mapping value is not allowed in this context", `a text with ": " in it or a special character first needs quotes: write why: "a: b"`},
		{"- lwbuf: \"x\" = 0", "x", `a text with ": " in it or a special character first needs quotes: write - "lwbuf: \"x\" = 0"`},
		{"why: @foo", "'@' is a reserved character", `a text with ": " in it or a special character first needs quotes: write why: "@foo"`},
		{"\tops: 5", "found character '\t' that cannot start any token", "a tab indents the line: indent with blanks"},
		{"why: \"x", "could not find end character of double-quoted text", "a quoted text does not end: write its second quote"},
		{"workload: [xio]", "',' or ']' must be specified", "a list does not end before here, or lacks a comma: write [A, B]"},
		{"alloc: - sfbuf", "block sequence entries are not allowed in this context", "a list on one line has brackets: write alloc: [sfbuf]"},
		{"workload:[xio]", "non-map value is specified", "a key ends with a colon and a blank: write workload: [xio]"},
		{"ops = 5", "non-map value is specified", "a key ends with a colon and a blank: write ops: 5"},
		{"  ops: 5", "value is not allowed in this context", "the line is indented deeper than the one before: write ops: at the same column"},
		{"ops: 6", "mapping key \"ops\" already defined at [1:1]", "the key is given twice: leave one out"},
		{"what", "unexpected", "unexpected"},
	} {
		if got := yamlfile.Explain([]byte("why: x\n"+test.text+"\n"), 2, test.message); got != test.want {
			t.Errorf("%q: %s\nwant %s", test.text, got, test.want)
		}
	}
}
