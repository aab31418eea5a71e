package search

import (
	"regexp"
	"strings"
)

// maskWrite matches a statement that changes a mask: its method, or the value that is assigned.
var maskWrite = regexp.MustCompile(`\b\w*[mM]ask(?:\.(Add|Or|Assign)\(|\s*=\s*([^=\s].*))`)

// keepsBit returns the last line above p, or else the first below it, in the same function, that changes a mask and can have
// left the bit of a CPU other than the one that runs it. It reads the source: Assign and an empty set clear the other bits, so that
// the line is the one in another branch. A line in a branch that excludes p's cannot have run with it. The zero Place is
// none, or no source.
func (p Place) keepsBit() Place {
	return p.nearest(func(line string, excluded bool) bool { return !excluded && leavesBits(line) })
}

// bare returns where p's branch begins, if only a branch that excludes it changes a mask. The zero Place is that none does, or no
// source.
func (p Place) bare() Place {
	if p.nearest(func(line string, excluded bool) bool { return !excluded && changesMask(line) }).Line > 0 ||
		p.nearest(func(line string, _ bool) bool { return changesMask(line) }).Line == 0 {
		return Place{}
	}
	lines, at := p.Around(p.Line, 0)
	for i, level := at-1, indent(lines[at]); i >= 0 && level > 1; i-- {
		if n := indent(lines[i]); n < level && lines[i] != "" {
			if level = n; branches(strings.TrimSpace(lines[i])) {
				return p.below(i - at)
			}
		}
	}
	return Place{}
}

// nearest returns the last line above p, or else the first below it, in the same function, of which ok is true; excluded says that
// the line is in a branch that excludes p's. The zero Place is none, or no source.
func (p Place) nearest(ok func(line string, excluded bool) bool) Place {
	lines, at := p.Around(p.Line, functionLines)
	if lines == nil {
		return Place{}
	}
	excluded := excludes(lines[at])
	for i := at - 1; i >= 0 && !strings.HasPrefix(lines[i], "func "); i-- {
		if ok(lines[i], excluded(lines[i])) {
			return p.below(i - at)
		}
	}
	excluded = excludes(lines[at])
	for i := at + 1; i < len(lines) && lines[i] != "}"; i++ {
		if ok(lines[i], excluded(lines[i])) {
			return p.below(i - at)
		}
	}
	return Place{}
}

// excludes returns a function to be called with the lines of one function in turn, up or down from a line of it: whether the line is
// in a branch that excludes that line's, the other one of an if or another case. It knows them by gofmt's indentation: a line
// with less than all before it bounds the block that is left, and "} else" or a case there begins an excluding branch, up to
// the bound of the whole statement.
func excludes(line string) func(string) bool {
	level, other := indent(line), false
	return func(line string) bool {
		n := indent(line)
		if line == "" || n > level {
			return other
		}
		if n < level || other {
			code := strings.TrimSpace(line)
			level, other = n, branches(code) && !strings.HasPrefix(code, "if ")
		}
		return false
	}
}

// branches reports whether a line begins a branch of an if or a switch.
func branches(code string) bool {
	for _, word := range []string{"if ", "} else", "case ", "default:"} {
		if strings.HasPrefix(code, word) {
			return true
		}
	}
	return false
}

// indent returns the number of tabs that a line begins with.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, "\t")) }

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
	m := maskChange(line)
	return m != nil && m[1] != "Assign" && !strings.HasSuffix(m[2], "CPUSet{}")
}

// changesMask reports whether a line changes a mask.
func changesMask(line string) bool { return maskChange(line) != nil }

// maskChange returns what maskWrite finds in a line without its comment.
func maskChange(line string) []string {
	code, _, _ := strings.Cut(line, "//")
	return maskWrite.FindStringSubmatch(code)
}

// below returns the place n lines below p.
func (p Place) below(n int) Place {
	p.Line += n
	return p
}
