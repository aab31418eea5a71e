package search

import (
	"reflect"
	"runtime"
	"strings"

	"lwbench/allocators"
)

// tests returns the first condition in the buffer's method KVA, by which a design decides whether the CPU flushes. If there is
// none although there must be, it is where the method begins, but for one that only returns a field.
func tests(b allocators.Buf, must bool) Place {
	p := startOf(b, "KVA")
	if q := p.first("if "); q.Line > 0 || !must || strings.HasSuffix(p.Source(), "}") {
		return q
	}
	return p
}

// makesGlobal returns where a design's SetGlobal says that every CPU has the mapping, or else where it begins.
func makesGlobal(a allocators.Allocator) Place {
	p := startOf(a, "SetGlobal")
	if q := p.first("Store("); q.Line > 0 {
		return q
	}
	return p
}

// dropsAliases returns where a design's UnmapAliases begins.
func dropsAliases(a allocators.Allocator) Place { return startOf(a, "UnmapAliases") }

// frees returns where a design's Free begins.
func frees(a allocators.Allocator) Place { return startOf(a, "Free") }

// startOf returns the first line of a method of v. The zero Place is none, or no method of a design's source; v may be nil.
func startOf(v any, method string) Place {
	if v == nil {
		return Place{}
	}
	m, ok := reflect.TypeOf(v).MethodByName(method)
	if !ok {
		return Place{}
	}
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
