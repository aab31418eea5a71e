package search

import (
	"regexp"
	"strings"
)

// maskWrite matches a statement that changes a mask: its method, or the value that is assigned.
var maskWrite = regexp.MustCompile(`\b\w*[mM]ask(?:\.(Add|Or|Assign)\(|\s*=\s*([^=\s].*))`)

// keepsBit returns the last line above p, in the same function, that changes a mask and can have left the bit of a CPU other
// than the one that runs it. It reads the source: Assign and an empty set clear the other bits, so that what runs next to
// them in another branch is the line. The zero Place is none, or no source.
func (p Place) keepsBit() Place {
	lines, at := p.Around(p.Line, 0)
	for i := at - 1; i >= 0 && !strings.HasPrefix(lines[i], "func "); i-- {
		code, _, _ := strings.Cut(lines[i], "//")
		m := maskWrite.FindStringSubmatch(code)
		if m == nil || m[1] == "Assign" || strings.HasSuffix(m[2], "CPUSet{}") {
			continue
		}
		q := p
		q.Line -= at - i
		return q
	}
	return Place{}
}
