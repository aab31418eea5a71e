package mutants

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lwbench/check/instrument"
	"lwbench/internal/testsize"
)

// stub is a tree whose program finds something if its file mode.go says so.
var stub = map[string]string{
	"go.mod":  "module lwbench\n\ngo 1.26\n",
	"mode.go": "package lwbench\n\n// Mode is what the program does.\nconst Mode = \"clean\"\n",
	"cmd/lwbench/main.go": `package main

import (
	"os"

	"lwbench"
)

func main() {
	os.WriteFile("story.ops", nil, 0o644)
	text := ""
	for _, a := range os.Args[1:] {
		text += " " + a
	}
	found := map[bool]string{false: "false", true: "true"}[lwbench.Mode == "found"]
	os.Stdout.WriteString("{\"alloc\":\"" + os.Args[3] + "\",\"found\":" + found + ",\"text\":\"" + text[1:] + "\"," + ` + "`" + verdict + "}\n`" + `)
	if lwbench.Mode == "found" {
		os.Exit(1)
	}
}
`,
}

// verdict is what the program says apart from whether it has found something.
const verdict = `"kind":"leak","cpus":2,"ops":5,"preemptions":1,"schedules":12345,"seconds":0.25,"coverage":"budget spent: 3","granularity":"statements"`

// scripts are what programs do that are not compiled, by mode: a shell starts in a tenth of the time.
var scripts = map[string]string{
	"reported": `echo '{"alloc":"lwbuf","found":true,` + verdict + `}'; exit 1`,
	"quiet":    `echo '{"alloc":"lwbuf","found":false,` + verdict + `}'`,
	"liar":     `echo '{"alloc":"lwbuf","found":true,` + verdict + `}'`,
	"declared": `echo '{"alloc":"lwbuf","found":true,"declares":"a race",` + verdict + `}'; exit 1`,
	"garbage":  `echo hello`,
	"usage":    `echo 'lwbench: no such flag' >&2; exit 2`,
	"stuck":    `exec sleep 3600`,
}

// scripted is build, but takes the script of a mutant whose mode has one.
func scripted(ctx context.Context, root, dir string, m *Mutant) (string, error) {
	changed, err := m.applyTo(root)
	if err != nil {
		return "", err
	}
	for mode, text := range scripts {
		if strings.Contains(changed["mode.go"], `"`+mode+`"`) {
			bin := filepath.Join(dir, "lwbench.sh")
			return bin, os.WriteFile(bin, []byte("#!/bin/sh\n"+text+"\n"), 0o700)
		}
	}
	return build(ctx, root, dir, m)
}

// stubTree writes the stub and returns its root.
func stubTree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range stub {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// turn is a mutant that replaces one line of the stub's mode.go.
func turn(t *testing.T, name, line, want string) Mutant {
	t.Helper()
	const patch = `design: lwbuf
set: lwbuf.count=1
want: %s
history: a stub
--- a/mode.go
+++ b/mode.go
@@ -3,2 +3,2 @@
 // Mode is what the program does.
%s
`
	m, err := Parse(name, fmt.Sprintf(patch, want, line))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mode sets the mode of the stub.
func mode(name string) string { return fmt.Sprintf("-const Mode = \"clean\"\n+const Mode = %s", name) }

// TestMutants runs mutants of the stub, three of them compiled: one that the search finds, one whose output is not a verdict, one that does
// not build and one that does not fit, each in its row. The tree does not change.
func TestMutants(t *testing.T) {
	root := stubTree(t)
	list := []Mutant{
		turn(t, "a", mode(`"found"`), "panic or leak"), turn(t, "b", mode(`"reported"`), "panic"), turn(t, "c", mode(`"reported"`), "nothing"),
		turn(t, "d", mode(`"liar"`), "leak"), turn(t, "e", mode(`"garbage"`), "leak"), turn(t, "f", mode(`"usage"`), "leak"),
		turn(t, "g", mode("unknown"), "leak"), turn(t, "h", mode(`"quiet"`), "leak"), turn(t, "i", mode(`"clean" // still`), "nothing"),
		turn(t, "j", "-const Mode = \"gone\"\n+const Mode = \"found\"", "leak"), turn(t, "k", mode(`"declared"`), "leak"),
	}
	var out strings.Builder
	table, err := NewTable(&out, list)
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	err = Mutants(t.Context(), Options{Root: root, Time: 3 * time.Second, Seed: 7, build: scripted}, list, func(r Row) error {
		rows = append(rows, r)
		return table.Row(&r)
	})
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := table.End(); ok || err != nil {
		t.Errorf("End: %t, %v", ok, err)
	}
	const want = `  mutant  design  found                    schedules  seconds  granularity    story
  a       lwbuf   leak                        12,345     0.25  statements     2 CPUs, 5 ops, 1 preemption
! b       lwbuf   leak                        12,345     0.25  statements     2 CPUs, 5 ops, 1 preemption; want panic
! c       lwbuf   leak                        12,345     0.25  statements     2 CPUs, 5 ops, 1 preemption; want nothing
! d       lwbuf   its check reports found: true, but exits with 0
! e       lwbuf   its check prints no verdict on lwbuf: hello
! f       lwbuf   its check fails: exit status 2: lwbench: no such flag
! g       lwbuf   does not build: mode.go:4:14: undefined: unknown
! h       lwbuf   -                           12,345     0.25  statements     budget spent: 3; want leak
  i       lwbuf   -                           12,345     0.25  statements     budget spent: 3
! j       lwbuf   mutant j: mode.go has the lines of hunk 1 0 times, want once: make the patch again
! k       lwbuf   leak                        12,345     0.25  statements     2 CPUs, 5 ops, 1 preemption; the design declares it, with or without the mutant
1 of 9 found; of the mutants that are no bugs 1 of 2 without a report
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	if got := rows[0].Text; got != "check --alloc lwbuf --format json --time 3s --seed 7 --set lwbuf.count=1 --statements" {
		t.Errorf("the program was called with %q", got)
	}
	for name, text := range stub {
		if now, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name))); string(now) != text {
			t.Errorf("%s of the tree was touched: %v", name, err)
		}
	}
}

// TestInterrupted: a search that would never end stops with the context, as do the compilations ahead of it, and nothing is left
// behind.
func TestInterrupted(t *testing.T) {
	root, tmp := stubTree(t), t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	list := []Mutant{
		turn(t, "a", mode(`"reported"`), "leak"), turn(t, "b", mode(`"stuck"`), "leak"), turn(t, "c", mode(`"found"`), "leak"),
		turn(t, "d", mode(`"found"`), "leak"),
	}
	n := 0
	err := Mutants(ctx, Options{Root: root, build: scripted}, list, func(Row) error {
		n++
		time.AfterFunc(300*time.Millisecond, stop)
		return nil
	})
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("%v after %d rows, want a cancelled context after 1", err, n)
	}
	left, err := filepath.Glob(filepath.Join(tmp, "lwbench-mutants-*"))
	if err != nil || left != nil {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

// TestOvertime: a search that exceeds its time is stopped, and the next one runs.
func TestOvertime(t *testing.T) {
	defer func(d time.Duration) { overtime = d }(overtime)
	overtime = 200 * time.Millisecond
	list := []Mutant{turn(t, "a", mode(`"stuck"`), "leak"), turn(t, "b", mode(`"reported"`), "leak")}
	var rows []Row
	err := Mutants(t.Context(), Options{Root: stubTree(t), Time: 100 * time.Millisecond, build: scripted}, list, func(r Row) error {
		rows = append(rows, r)
		overtime = time.Minute // for the second one, which ends normally
		return nil
	})
	if err != nil || len(rows) != 2 || rows[0].Err != "its check is still running 200ms after its limit of 100ms" || rows[0].OK || !rows[1].OK {
		t.Errorf("%+v, %v", rows, err)
	}
}

// TestTellFails: an error of whoever is told ends the run.
func TestTellFails(t *testing.T) {
	full := errors.New("disk full")
	list := []Mutant{turn(t, "a", mode(`"reported"`), "leak"), turn(t, "b", mode(`"reported"`), "leak")}
	if err := Mutants(t.Context(), Options{Root: stubTree(t), build: scripted}, list, func(Row) error { return full }); !errors.Is(err, full) {
		t.Errorf("%v, want %v", err, full)
	}
}

func TestChoose(t *testing.T) {
	all, err := Choose(nil)
	if err != nil || len(all) < 20 {
		t.Fatalf("%d mutants, %v", len(all), err)
	}
	got, err := Choose([]string{"objcache-*-no-crit", "lwbuf-mail"})
	var names []string
	for _, m := range got {
		names = append(names, m.Name)
	}
	if want := []string{"lwbuf-mail", "objcache-get-no-crit", "objcache-put-no-crit"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("%q, %v; want %q", names, err, want)
	}
	for name, want := range map[string]string{
		"lwbuf-male": `no mutant "lwbuf-male": did you mean lwbuf-mail?`,
		"zzz":        `no mutant "zzz": choose one of `,
		"a[":         `mutant "a[": syntax error in pattern`,
	} {
		if _, err := Choose([]string{name}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
}

func TestTree(t *testing.T) {
	root := stubTree(t)
	if got, err := Tree(filepath.Join(root, "cmd", "lwbench")); err != nil || got != root {
		t.Errorf("%q, %v; want %q", got, err, root)
	}
	if got, err := Tree(t.TempDir()); !errors.Is(err, ErrNoTree) {
		t.Errorf("outside of a tree: %q, %v", got, err)
	}
	t.Setenv("PATH", "")
	if _, err := Tree(root); !errors.Is(err, ErrNoTree) {
		t.Errorf("without go: %v", err)
	}
}

// TestEveryMutantBuilds builds and vets the packages that a mutant changes: one in three at full size, else fewer.
// TestApply applies every patch at each size.
func TestEveryMutantBuilds(t *testing.T) {
	root, err := Tree(".")
	if err != nil {
		t.Fatal(err)
	}
	all := All()
	for i := 0; i < len(all); i += testsize.Choose(len(all), 30, 3) {
		m, dir := all[i], t.TempDir()
		changed, err := m.applyTo(root)
		if err != nil {
			t.Error(err)
			continue
		}
		over, err := instrument.Write(root, dir, changed)
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"vet", "-overlay", over}
		for _, file := range m.Files {
			args = append(args, "./"+path.Dir(file))
		}
		c := exec.Command("go", args...)
		c.Dir = root
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", m.Name, err, out)
		}
	}
}
