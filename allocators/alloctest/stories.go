package alloctest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
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
//
// The file's name begins with the verdict. The log of events must be that of the .log file beside it; -update writes it.
func Stories(t *testing.T, dir string, designs []*allocators.Design) {
	files, err := filepath.Glob(filepath.Join(dir, "*.ops"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", dir, err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".ops"), func(t *testing.T) { story(t, f, designs) })
	}
}

// log is a probe that keeps a line for each event.
type log struct{ lines []string }

// Event implements mmu.Probe.
func (l *log) Event(e *mmu.Event) { l.lines = append(l.lines, strings.TrimRight(e.String(), " ")) }

func story(t *testing.T, file string, designs []*allocators.Design) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	verdict, d, tune := storyHead(t, string(data), designs)
	if !strings.HasPrefix(filepath.Base(file), verdict+"_") {
		t.Errorf("the verdict is %s, the name says otherwise", verdict)
	}
	tr, err := ops.Parse(filepath.Base(file), strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	l := &log{}
	r, err := ops.Replay(tr, Spec(), d, tune, ops.Options{Probe: l})
	got := "never"
	var dead *smp.DeadlockError
	switch {
	case errors.As(err, &dead):
		got = "deadlock"
		l.lines = append(l.lines, err.Error())
	case err != nil:
		t.Fatal(err)
	case r.Stale > 0:
		got = "stale"
	}
	if got != verdict {
		t.Errorf("verdict %s, want %s", got, verdict)
	}
	if r != nil {
		l.lines = append(l.lines, r.JSON())
	}
	golden(t, strings.TrimSuffix(file, ".ops")+".log", strings.Join(l.lines, "\n")+"\n")
}

func storyHead(t *testing.T, text string, designs []*allocators.Design) (verdict string, d *allocators.Design, tune allocators.Tuning) {
	t.Helper()
	tune = allocators.Tuning{}
	for _, line := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(strings.TrimPrefix(line, "# "), ": ")
		switch key {
		case "verdict":
			verdict, _, _ = strings.Cut(value, ",")
		case "design":
			for _, k := range designs {
				if k.Name == value {
					d = k
				}
			}
		case "set":
			name, v, _ := strings.Cut(value, "=")
			var n int64
			if _, err := fmt.Sscan(v, &n); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			tune[name] = n
		}
	}
	if d == nil || verdict == "" {
		t.Fatal("the head lacks its design or verdict")
	}
	return verdict, d, tune
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
