package search

import (
	"fmt"
	"iter"
	"os"
	"path"
	"runtime"
	"strings"
)

// Place is a line of a design's source. The zero value is none.
type Place struct {
	File string `json:"file"` // "allocators/lwbuf/alloc.go"
	Line int    `json:"line"`
	Func string `json:"func"` // "(*allocator).Alloc"
	path string // on the host that built the program
}

// String formats the place as compilers do.
func (p Place) String() string {
	if p.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// short is the place below allocators/.
func (p Place) short() string { return strings.TrimPrefix(p.String(), "allocators/") }

// Source returns the text of the line, or an empty string if the source is not available.
func (p Place) Source() string {
	lines, at := p.Around(0, 0)
	if lines == nil {
		return ""
	}
	return strings.TrimSpace(lines[at])
}

// Around returns the line with up to the given numbers of lines above and below it, and its index among them; nil if
// the source is not available.
func (p Place) Around(above, below int) (lines []string, at int) {
	text, err := os.ReadFile(p.path)
	if err != nil {
		return nil, 0
	}
	all := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if p.Line < 1 || p.Line > len(all) {
		return nil, 0
	}
	from := max(0, p.Line-1-above)
	return all[from:min(len(all), p.Line+below)], p.Line - 1 - from
}

// here returns the place in a design on the call stack, and whether an IPI handler is on it: then the place is not in
// a design.
func here() (p Place, handler bool) {
	var pcs [64]uintptr
	return placeOf(pcs[:runtime.Callers(2, pcs[:])])
}

// designPath is the path of the designs' packages.
const designPath = "lwbench/allocators/"

// placeIn returns the place of a frame below designPath; none for the parts that all designs share.
func placeIn(f runtime.Frame) Place {
	dir, fn, _ := strings.Cut(strings.TrimPrefix(f.Function, designPath), ".")
	if dir == "ops" || dir == "handle" {
		return Place{}
	}
	return Place{File: path.Join("allocators", dir, path.Base(f.File)), Line: f.Line, Func: fn, path: f.File}
}

// framesOf yields the frames of a call stack, innermost first.
func framesOf(pcs []uintptr) iter.Seq[runtime.Frame] {
	return func(yield func(runtime.Frame) bool) {
		frames := runtime.CallersFrames(pcs)
		for {
			if f, more := frames.Next(); !yield(f) || !more {
				return
			}
		}
	}
}

// placeOf returns the innermost frame in a design.
func placeOf(pcs []uintptr) (p Place, handler bool) {
	for f := range framesOf(pcs) {
		switch f.Function {
		case "lwbench/mmu/smp.(*CPU).serve", "lwbench/mmu/smp.(*CPU).release": // a target's part of a shootdown, of a rendezvous
			return Place{}, true
		}
		if strings.HasPrefix(f.Function, designPath) {
			return placeIn(f), false
		}
	}
	return Place{}, false
}

// entered returns the outermost frame in a design on the call stack: where the method that a harness has called stands.
func entered() (p Place) {
	var pcs [64]uintptr
	for f := range framesOf(pcs[:runtime.Callers(2, pcs[:])]) {
		if strings.HasPrefix(f.Function, designPath) {
			if q := placeIn(f); q.Line > 0 {
				p = q
			}
		}
	}
	return p
}

// interrupted returns the innermost frame in a design of the thread below an interrupt handler; none if no handler runs.
func interrupted(pcs []uintptr) Place {
	below := false
	for f := range framesOf(pcs) {
		switch {
		case f.Function == "lwbench/mmu/smp.(*CPU).handle":
			below = true
		case below && strings.HasPrefix(f.Function, designPath):
			return placeIn(f)
		}
	}
	return Place{}
}
