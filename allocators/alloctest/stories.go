package alloctest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

var update = flag.Bool("update", false, "rewrite the event logs of the traces")

// Stories runs every *.ops file of dir as its header says:
//
//	# verdict: never | stale | deadlock, and why
//	# design: lwbuf
//	# set: sfbuf.nsfbufs=2
//	# kernel_global: no
//
// The last two are optional: by default tunables have their defaults and kernel PTEs are global. The file's name begins
// with the verdict. The event log, each event below its operation, must equal the .log file of the same name; -update
// writes it.
func Stories(t *testing.T, dir string, designs []*allocators.Design) {
	files, err := filepath.Glob(filepath.Join(dir, "*.ops"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no .ops files in %s: %v", dir, err)
	}
	logs, _ := filepath.Glob(filepath.Join(dir, "*.log"))
	for _, f := range logs {
		if story := strings.TrimSuffix(f, ".log") + ".ops"; !slices.Contains(files, story) {
			t.Errorf("%s: it has no .ops file", f)
		}
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".ops"), func(t *testing.T) { story(t, f, designs) })
	}
}

// log is a probe that keeps a line for each event, below the line of its operation.
type log struct {
	script, lines []string
	ops           []ops.Op
	done          int // finished operations
	logged        int // lines of finished operations
}

// Event implements mmu.Probe.
func (l *log) Event(e *mmu.Event) { l.lines = append(l.lines, strings.TrimRight(e.String(), " ")) }

// over inserts the operation's line, with its number in the file, above its events.
func (l *log) over() {
	if l.done == len(l.ops) {
		return
	}
	line := l.ops[l.done].Line
	text, _, _ := strings.Cut(l.script[line-1], "#")
	l.lines = slices.Insert(l.lines, l.logged, fmt.Sprintf("%d: %s", line, strings.TrimSpace(text)))
	l.done++
	l.logged = len(l.lines)
}

func story(t *testing.T, file string, designs []*allocators.Design) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h := readHead(t, string(data), designs)
	if !strings.HasPrefix(filepath.Base(file), h.verdict+"_") {
		t.Errorf("the verdict is %s, the name says otherwise", h.verdict)
	}
	tr := parsed(t, filepath.Base(file), string(data))
	l := &log{script: strings.Split(string(data), "\n"), ops: tr.Ops}
	after := func(*mmu.CPU, *ops.Op, *ops.Session) { l.over() }
	r, err := ops.Replay(tr, h.spec, h.design, h.tune, ops.Options{Probe: l, After: after})
	got := "never"
	var dead *smp.DeadlockError
	switch {
	case errors.As(err, &dead):
		got = "deadlock"
		l.over()
		l.lines = append(l.lines, err.Error())
	case err != nil:
		t.Fatal(err)
	case r.Stale > 0:
		got = "stale"
	}
	if got != h.verdict {
		t.Errorf("verdict %s, want %s", got, h.verdict)
	}
	if r != nil {
		l.lines = append(l.lines, r.JSON())
	}
	golden(t, strings.TrimSuffix(file, ".ops")+".log", strings.Join(l.lines, "\n")+"\n")
}

// head is the header of a trace.
type head struct {
	verdict string
	design  *allocators.Design
	tune    allocators.Tuning
	spec    *mmu.Spec
}

// readHead reads the comments "# key: value".
func readHead(t *testing.T, text string, designs []*allocators.Design) *head {
	t.Helper()
	h := &head{tune: allocators.Tuning{}, spec: Spec()}
	for _, line := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(strings.TrimPrefix(line, "# "), ": ")
		switch key {
		case "verdict":
			h.verdict, _, _ = strings.Cut(value, ",")
		case "design":
			i := slices.IndexFunc(designs, func(d *allocators.Design) bool { return d.Name == value })
			if i < 0 {
				t.Fatalf("%s: no such design", line)
			}
			h.design = designs[i]
		case "set":
			h.set(t, value)
		case "kernel_global":
			h.spec.KernelGlobal = value != "no"
		}
	}
	if h.design == nil || h.verdict == "" {
		t.Fatal("the header lacks the design or the verdict")
	}
	return h
}

// set parses one "tunable=value" of the design, which an earlier line names.
func (h *head) set(t *testing.T, text string) {
	t.Helper()
	name, v, _ := strings.Cut(text, "=")
	if h.design == nil {
		t.Fatalf("set: %s: expected below the design", text)
	}
	k, ok := h.design.Tunable(name)
	if !ok {
		t.Fatalf("set: %s: %s has no such tunable", text, h.design.Name)
	}
	n, err := k.Parse(v)
	if err != nil {
		t.Fatalf("set: %v", err)
	}
	h.tune[name] = n
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run with -update", err)
	}
	if got != string(want) {
		t.Errorf("the log differs from %s (run with -update and look at the difference):\n%s", file, got)
	}
}
