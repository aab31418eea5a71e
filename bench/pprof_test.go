package bench_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	pprof "github.com/google/pprof/profile"
)

func writeProfile(t *testing.T, p *pprof.Profile, name string) {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// pprofProgram builds pprof and returns its path: each "go tool" would look at its sources again.
func pprofProgram() (string, error) {
	if out, err := exec.Command("go", "tool", "pprof", "-h").CombinedOutput(); !bytes.Contains(out, []byte("usage")) {
		return "", fmt.Errorf("go tool pprof: %w: %s", err, out)
	}
	out, err := exec.Command("go", "tool", "-n", "pprof").Output()
	return strings.TrimSpace(string(out)), err
}

// TestGoToolPprof: the standard tool reads a profile, and prints the allocator's source with the cost of its lines.
func TestGoToolPprof(t *testing.T) {
	if testing.Short() {
		t.Skip("builds go tool pprof, which takes seconds")
	}
	name := filepath.Join(t.TempDir(), "naive.pb.gz")
	for _, c := range profiledCells(t, 4) {
		if c.Workload.Name == "xio" && c.Design.Name == "naive" {
			c.WantCosts = true
			writeProfile(t, runCell(t, c).Costs, name)
		}
	}
	tool, err := pprofProgram()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		args []string
		want string
	}{
		{[]string{"-top", "-cum"}, `(?m)^ +0 +0% .* lwbench/allocators/naive\.\(\*allocator\)\.Alloc$`},
		{[]string{"-top", "-sample_index=lockdelay_cycles"}, `others wait for lock`},
		{[]string{"-list", `naive.*Alloc`}, `(?ms)^ +\. +[1-9][0-9.]* +[0-9]+:\s+c\.Lock\(&a\.mplock\)$.*^ +\. +[1-9][0-9.]* +[0-9]+:\s+c\.Qenter\(sf\.kva, pg\)$`},
		{[]string{"-tags"}, `(?s)alloc:.*naive.*cpu:.*cpu3.*distance:.*sibling.*phase:.*free`},
		{[]string{"-top", "-tagfocus=cpu=cpu2"}, `wait for lock`},
	} {
		c := exec.Command(tool, append(k.args, name)...)
		c.Dir = ".." // the directory of the source
		out, err := c.CombinedOutput()
		if err != nil || !regexp.MustCompile(k.want).Match(out) {
			t.Errorf("go tool pprof %v: %v, no %q in\n%s", k.args, err, k.want, out)
		}
	}
}
