package ops

import (
	"bufio"
	"fmt"
	"io"

	"lwbench/allocators"
)

// Verb is what an operation does.
type Verb uint8

// The verbs, as they are written.
const (
	Alloc Verb = iota
	Load
	Store
	KVA
	Ref
	Free
	Work
	Global
	Switch
	Sysctl
)

var verbs = [...]string{"alloc", "load", "store", "kva", "ref", "free", "work", "global", "switch", "sysctl"}

// String returns the verb as a trace writes it.
func (v Verb) String() string { return verbs[v] }

// Op is one line of a trace.
type Op struct {
	Line int // in the file, from 1
	CPU  int
	Verb Verb
	Name string // of the buffer, or of sysctl's tunable; empty for work and switch
	Page int    // alloc only
	Work int64  // work only, cycles
	Text string // sysctl only: the value as written, for only a design can read it
	// Flags are alloc's: Private and NoWait.
	Flags allocators.Flags
}

// Trace is a parsed trace. It is read-only.
type Trace struct {
	File  string
	CPUs  int
	Pages int
	Ops   []Op
}

// Writer writes a trace line by line; it is a workload's Recorder. Errors are kept for Flush.
type Writer struct{ w *bufio.Writer }

// NewWriter begins a trace for that many CPUs and pages with its header. comment, one line, says where it comes from.
func NewWriter(w io.Writer, cpus int, comment string) *Writer {
	b := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintf(b, "lwbench-ops 1\n# %s\ncpus %d\n", comment, cpus)
	return &Writer{b}
}

// Op writes one operation of a running workload; the handle is called "h" and its number. An alloc that failed is left
// out: the replay meets the same pool in another order.
func (w *Writer) Op(cpu int, verb string, name, page int, flags allocators.Flags) {
	switch verb {
	case "alloc-failed":
	case "alloc":
		fmt.Fprintf(w.w, "%d alloc h%d %d", cpu, name, page)
		if flags&allocators.Private != 0 {
			_, _ = w.w.WriteString(" private")
		}
		_ = w.w.WriteByte('\n')
	default:
		fmt.Fprintf(w.w, "%d %s h%d\n", cpu, verb, name)
	}
}

// Flush writes out what is buffered and returns the first error of all writes.
func (w *Writer) Flush() error { return w.w.Flush() }
