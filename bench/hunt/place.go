package hunt

import (
	"fmt"
	"os"
	"path"
	"runtime"
	"strings"

	"lwbench/allocators/interleave"
	"lwbench/mmu"
)

// Place is a line of a design's source. The zero value is none.
type Place struct {
	File string // "allocators/lwbuf/alloc.go"
	Line int
	Func string // "(*allocator).Alloc"
	path string // on the host that built the program
}

// String is the place as compilers write it.
func (p Place) String() string {
	if p.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Source returns the text of the line, or nothing where the source is not at hand.
func (p Place) Source() string {
	text, err := os.ReadFile(p.path)
	if err != nil {
		return ""
	}
	lines := strings.Split(string(text), "\n")
	if p.Line < 1 || p.Line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[p.Line-1])
}

// here is the place in a design that called, from whatever depth.
func here() Place {
	var pcs [64]uintptr
	return placeOf(pcs[:runtime.Callers(2, pcs[:])])
}

// placeOf returns the innermost frame that is a design's.
func placeOf(pcs []uintptr) Place {
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		if rest, ok := strings.CutPrefix(f.Function, "lwbench/allocators/"); ok {
			dir, fn, _ := strings.Cut(rest, ".")
			if dir != "ops" && dir != "interleave" {
				return Place{File: path.Join("allocators", dir, path.Base(f.File)), Line: f.Line, Func: fn, path: f.File}
			}
			return Place{}
		}
		if !more {
			return Place{}
		}
	}
}

// decision names the line where the wrong decision was taken, as far as the events tell.
func (w *witness) decision() *Decision {
	f := w.failure
	switch f.Kind {
	case interleave.Panic:
		if p := placeOf(f.Stack); p.Line > 0 {
			return &Decision{Place: p, CPU: f.CPU, Why: "the panic was raised here"}
		}
	case interleave.Deadlock, interleave.LostWakeup, interleave.Livelock:
		if p := w.parked[f.CPU]; p.Line > 0 {
			return &Decision{Place: p, CPU: f.CPU, Why: fmt.Sprintf("cpu%d stands here for ever", f.CPU)}
		}
	case mmu.StaleAccess.String(), mmu.StaleRisk.String(), interleave.UnsoundMask, mmu.UnmappedAccess.String(), mmu.ChangedInUse.String():
		return w.leftStale()
	}
	return nil
}

// leftStale finds the write of the PTE after which the failing CPU went on holding what it had.
func (w *witness) leftStale() *Decision {
	for i := len(w.wrote) - 1; i >= 0; i-- {
		e := w.wrote[i]
		p := w.places[i]
		if e.Page == e.Old || p.Line == 0 {
			continue
		}
		return &Decision{Place: p, CPU: e.CPU, Why: fmt.Sprintf(
			"cpu%d changes the PTE of %v from %s to %s here; cpu%d, which has the old one, is not made to drop it before it uses the address",
			e.CPU, e.KVA, page(e.Old), page(e.Page), w.failure.CPU)}
	}
	return nil
}
