package search

import (
	"reflect"
	"regexp"
	"runtime"
	"strings"

	"lwbench/allocators"
)

// maskWrite matches a statement that changes a mask: its method, or the value that is assigned.
var maskWrite = regexp.MustCompile(`\b\w*[mM]ask(?:\.(Add|Or|Assign)\(|\s*=\s*([^=\s].*))`)

// keepsBit returns the last line above p, or else the first below it, in the same function, that changes a mask and can have
// left the bit of a CPU other than the one that runs it. It reads the source: Assign and an empty set clear the other bits, so that what runs next to
// them in another branch is the line. The zero Place is none, or no source.
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

// tests returns the first condition in the buffer's method KVA, by which a design decides whether the CPU flushes. If there is
// none although there must be, it is where the method begins, but for one that only returns a field.
func tests(b allocators.Buf, must bool) Place {
	if b == nil {
		return Place{}
	}
	m, ok := reflect.TypeOf(b).MethodByName("KVA")
	if !ok {
		return Place{}
	}
	p := startOf(m)
	if q := p.first("if "); q.Line > 0 || !must || strings.HasSuffix(p.Source(), "}") {
		return q
	}
	return p
}

// makesGlobal returns where a design's SetGlobal says that every CPU has the mapping, or else where it begins.
func makesGlobal(a allocators.Allocator) Place {
	m, ok := reflect.TypeOf(a).MethodByName("SetGlobal")
	if !ok {
		return Place{}
	}
	p := startOf(m)
	if q := p.first("Store("); q.Line > 0 {
		return q
	}
	return p
}

// frees returns where a design's Free begins.
func frees(a allocators.Allocator) Place {
	m, ok := reflect.TypeOf(a).MethodByName("Free")
	if !ok {
		return Place{}
	}
	return startOf(m)
}

// startOf returns the first line of a method; none if it is not of a design's source.
func startOf(m reflect.Method) Place {
	pc := m.Func.Pointer()
	f := runtime.FuncForPC(pc)
	file, line := f.FileLine(pc)
	if !strings.HasPrefix(f.Name(), designPath) || !strings.HasSuffix(file, ".go") {
		return Place{}
	}
	return placeIn(runtime.Frame{Function: f.Name(), File: file, Line: line})
}

// first returns the first line of the function that begins at p with that text in it. The zero Place is none, or no source.
func (p Place) first(text string) Place {
	lines, at := p.Around(0, functionLines)
	for i := at; i < len(lines) && lines[i] != "}"; i++ {
		if code, _, _ := strings.Cut(lines[i], "//"); strings.Contains(code, text) {
			return p.below(i - at)
		}
		if strings.HasSuffix(lines[i], "}") && i == at {
			break // a function of one line
		}
	}
	return Place{}
}
