package instrument

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/internal/testsize"
)

// tree is the root of the source tree.
const tree = "../.."

func overlay(t testing.TB) map[string]string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	files, err := Overlay(t.Context(), tree, nil)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestEveryDesignIsRewritten: no file gains or loses a line, and all of it builds.
func TestEveryDesignIsRewritten(t *testing.T) {
	files := overlay(t)
	for _, want := range []string{"lwbuf/alloc", "sfbuf/alloc", "naive/alloc", "objcache/put", "lwbufrbtree/tree", "sfbuf2009/alloc"} {
		if text := files["allocators/"+want+".go"]; !strings.Contains(text, "lwsmp.") {
			t.Errorf("%s is not rewritten", want)
		}
	}
	dir := t.TempDir()
	root, err := filepath.Abs(tree)
	if err != nil {
		t.Fatal(err)
	}
	over, err := Write(root, dir, files)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("go", "build", "-pgo=off", "-overlay", over, "./allocators/...")
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestAtStatements builds tests with instrumented designs and runs those that need them: the reduced search against
// all schedules, and that no failure is reported for a correct design. It prints what was compared.
func TestAtStatements(t *testing.T) {
	files := overlay(t)
	dir := t.TempDir()
	root, err := filepath.Abs(tree)
	if err != nil {
		t.Fatal(err)
	}
	over, err := Write(root, dir, files)
	if err != nil {
		t.Fatal(err)
	}
	run := testsize.Choose("ReducedLosesNothing/(dmap|lwbuf|quickpage)$",
		"AtStatements|Forgotten|ReducedLosesNothing/(naive|sfbuf|lwbuf|dmap)$",
		"AtStatements|Forgotten|ReducedLosesNothing")
	c := exec.Command("go", "test", "-v", "-pgo=off", "-overlay", over, "-run", run, "./check/interleave", "./check/search")
	c.Dir = root
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if _, compared, ok := strings.Cut(line, "outcome_test.go:"); ok {
			t.Log(strings.TrimSpace(compared))
		}
	}
}
