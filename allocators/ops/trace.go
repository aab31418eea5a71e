package ops

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"lwbench/allocators"
)

// Verb is the kind of an operation.
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
	Signal
	At
	Unalias
)

var verbs = [...]string{"alloc", "load", "store", "kva", "ref", "free", "work", "global", "switch", "sysctl", "signal", "at", "unalias"}

// String returns the verb as written in a trace.
func (v Verb) String() string { return verbs[v] }

// Named reports whether the verb is about a buffer, which Op.Name names.
func (v Verb) Named() bool {
	switch v {
	case Work, Switch, Sysctl, Signal, At, Unalias:
		return false
	}
	return true
}

// Op is one line of a trace.
type Op struct {
	Line int // in the file, from 1
	CPU  int
	Verb Verb
	Name string // of the buffer, or of sysctl's tunable; empty for work, switch, signal, at and unalias
	Page int    // alloc only
	Work int64  // work: cycles; at: nanoseconds from the start
	Text string // sysctl only: the value as written; only the design can parse it
	To   int    // signal only: the CPU whose sleep it interrupts
	// Flags are alloc's: Private, NoWait and Catch.
	Flags allocators.Flags
	// Handler is 0 for an operation of a thread. Operations of an interrupt handler have its number, from 1 in file
	// order, and are consecutive in the trace. In a replay in file order it makes no difference.
	Handler int
}

// Interrupt reports whether the operation belongs to an interrupt handler.
func (o *Op) Interrupt() bool { return o.Handler > 0 }

// String formats the operation as on its own line of a trace.
func (o *Op) String() string {
	bang := ""
	if o.Interrupt() {
		bang = "!"
	}
	return fmt.Sprintf("%d%s %s", o.CPU, bang, o.Action())
}

// Action formats the operation without its CPU: "alloc a 17 private".
func (o *Op) Action() string {
	s := o.Verb.String()
	switch o.Verb {
	case Switch, Unalias:
	case Sysctl:
		s += " " + o.Name + "=" + o.Text
	case Work, At:
		s += fmt.Sprintf(" %d", o.Work)
	case Signal:
		s += fmt.Sprintf(" %d", o.To)
	case Alloc:
		s += fmt.Sprintf(" %s %d", o.Name, o.Page)
		for _, f := range flagNames {
			if o.Flags&f.flag != 0 {
				s += " " + f.name
			}
		}
	default:
		s += " " + o.Name
	}
	return s
}

type flagName struct {
	name string
	flag allocators.Flags
}

// flagNames are the names of alloc's flags in traces.
var flagNames = []flagName{{"private", allocators.Private}, {"nowait", allocators.NoWait}, {"catch", allocators.Catch}}

// Trace is a parsed trace. It is read-only.
type Trace struct {
	File   string
	CPUs   int
	Pages  int
	Ops    []Op
	Header []HeaderLine // the other header lines, in order: what lwbench check needs to repeat the run
}

// HeaderLine is a header line that a replay in file order does not need.
type HeaderLine struct {
	Line      int
	Key, Text string
}

// headerKeys are the keys of a HeaderLine.
var headerKeys = []string{"design", "set", "kva", "kernel_global", "speculate", "tlb", "run", "schedule"}

// HeaderValue returns the text of the first header line with that key, and whether there is one.
func (t *Trace) HeaderValue(key string) (text string, ok bool) {
	for _, h := range t.Header {
		if h.Key == key {
			return h.Text, true
		}
	}
	return "", false
}

// String formats the trace so that Parse can read it.
func (t *Trace) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "lwbench-ops 1\ncpus %d\npages %d\n", t.CPUs, t.Pages)
	for _, h := range t.Header {
		fmt.Fprintf(&b, "%s %s\n", h.Key, h.Text)
	}
	for i := 0; i < len(t.Ops); {
		n := t.Unit(i)
		t.writeUnit(&b, i, n)
		i = n
	}
	return b.String()
}

// Unit returns the end of the operations, from i on, of one handler; i+1 if operation i belongs to a thread.
func (t *Trace) Unit(i int) (end int) {
	for end = i + 1; end < len(t.Ops) && t.Ops[i].Interrupt() && t.Ops[end].Handler == t.Ops[i].Handler; {
		end++
	}
	return end
}

// writeUnit writes operations i up to end. A handler needs braces if it has several operations, or if the next
// handler is of the same CPU: without them the two would be one.
func (t *Trace) writeUnit(b *strings.Builder, i, end int) {
	op := &t.Ops[i]
	if !op.Interrupt() || end == i+1 && !t.besideHandler(i) {
		fmt.Fprintln(b, op)
		return
	}
	fmt.Fprintf(b, "%d! {\n", op.CPU)
	for k := i; k < end; k++ {
		fmt.Fprintf(b, "  %s\n", t.Ops[k].Action())
	}
	fmt.Fprintln(b, "}")
}

// besideHandler reports whether the operation before or after i belongs to another handler of the same CPU.
func (t *Trace) besideHandler(i int) bool {
	for _, k := range []int{i - 1, i + 1} {
		if k >= 0 && k < len(t.Ops) && t.Ops[k].Interrupt() && t.Ops[k].CPU == t.Ops[i].CPU {
			return true
		}
	}
	return false
}

// Writer writes a trace line by line; it is a workload's Recorder. Flush returns the first error.
type Writer struct{ w *bufio.Writer }

// NewWriter starts a trace for that many CPUs with its header. comment, one line, gives its source.
func NewWriter(w io.Writer, cpus int, comment string) *Writer {
	b := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintf(b, "lwbench-ops 1\n# %s\ncpus %d\n", comment, cpus)
	return &Writer{b}
}

// Op writes one operation of a running workload; the handle is called "h" and its number. A failed alloc is left out:
// in the replay the pool may be in another state.
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

// Flush flushes the buffer and returns the first error of all writes.
func (w *Writer) Flush() error { return w.w.Flush() }
