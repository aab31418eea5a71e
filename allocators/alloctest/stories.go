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

var update = flag.Bool("update", false, "write the event logs of the stories anew")

// Stories runs every *.ops file of dir as its head says:
//
//	# verdict: never | stale | deadlock, and why
//	# design: lwbuf
//	# set: sfbuf.nsfbufs=2
//	# kernel_global: no
//
// The last two may be left out: tunables have their defaults, kernel PTEs are global. The file's name begins with the
// verdict. The log of events, each below the operation that it belongs to, must be that of the .log file beside it;
// -update writes it.
func Stories(t *testing.T, dir string, designs []*allocators.Design) {
	files, err := filepath.Glob(filepath.Join(dir, "*.ops"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", dir, err)
	}
	logs, _ := filepath.Glob(filepath.Join(dir, "*.log"))
	for _, f := range logs {
		if story := strings.TrimSuffix(f, ".log") + ".ops"; !slices.Contains(files, story) {
			t.Errorf("%s: there is no story of that name", f)
		}
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".ops"), func(t *testing.T) { story(t, f, designs) })
	}
}

// log is a probe that keeps a line for each event, below a line for the operation that it belongs to.
type log struct {
	script, lines []string
	ops           []ops.Op
	done          int // operations that are over
	told          int // lines that are theirs
}

// Event implements mmu.Probe.
func (l *log) Event(e *mmu.Event) { l.lines = append(l.lines, strings.TrimRight(e.String(), " ")) }

// over puts the operation's own line, with its number in the file, above its events.
func (l *log) over() {
	if l.done == len(l.ops) {
		return
	}
	line := l.ops[l.done].Line
	text, _, _ := strings.Cut(l.script[line-1], "#")
	l.lines = slices.Insert(l.lines, l.told, fmt.Sprintf("%d: %s", line, strings.TrimSpace(text)))
	l.done++
	l.told = len(l.lines)
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
	tr, err := ops.Parse(filepath.Base(file), strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	l := &log{script: strings.Split(string(data), "\n"), ops: tr.Ops}
	after := func(*mmu.CPU, *ops.Op, map[string]allocators.Buf) { l.over() }
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

// head is what a story says of itself.
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
		t.Fatal("the head lacks its design or verdict")
	}
	return h
}

// set reads one "tunable=value" of the design, which the head has named before.
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
