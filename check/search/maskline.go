package search

import (
	"regexp"
	"strings"
)

// maskWrite matches a statement that changes a mask: its method, or the value that is assigned.
var maskWrite = regexp.MustCompile(`\b\w*[mM]ask(?:\.(Add|Or|Assign)\(|\s*=\s*([^=\s].*))`)

// keepsBit returns the last line above p, or else the first below it, in the same function, that changes a mask and can have
// left the bit of a CPU other than the one that runs it. It reads the source: Assign and an empty set clear the other bits, so that
// the line is the one in another branch. The zero Place is none, or no source.
func (p Place) keepsBit() Place {
	lines, at := p.Around(p.Line, functionLines)
	for i := at - 1; i >= 0 && !strings.HasPrefix(lines[i], "func "); i-- {
		if leavesBits(lines[i]) {
			return p.below(i - at)
		}
	}
	for i := at + 1; i < len(lines) && lines[i] != "}"; i++ {
		if leavesBits(lines[i]) {
			return p.below(i - at)
		}
	}
	return Place{}
}

// begins returns where the function of p begins. The zero Place is no source.
func (p Place) begins() Place {
	lines, at := p.Around(p.Line, 0)
	for i := at; i >= 0 && lines != nil; i-- {
		if strings.HasPrefix(lines[i], "func ") {
			return p.below(i - at)
		}
	}
	return Place{}
}

// functionLines is more than any function of a design has.
const functionLines = 200

// leavesBits reports whether a line changes a mask and can leave bits in it.
func leavesBits(line string) bool {
	code, _, _ := strings.Cut(line, "//")
	m := maskWrite.FindStringSubmatch(code)
	return m != nil && m[1] != "Assign" && !strings.HasSuffix(m[2], "CPUSet{}")
}

// below returns the place n lines below p.
func (p Place) below(n int) Place {
	p.Line += n
	return p
}
