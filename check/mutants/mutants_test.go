package mutants

import (
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/internal/testsize"
)

// root is the repository's root, relative to this package.
const root = "../.."

// kinds are the kinds of failure of lwbench check.
var kinds = []string{
	"stale access", "stale risk", "unmapped access", "double mapping", "mapping changed in use", "use after free", "leak", "alias",
	"unsound mask", "deadlock", "lost wakeup", "livelock", "panic", "wrong error", "inconsistent data", "data race", Nothing,
}

func readTree(path string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	return string(text), err
}

// TestHeaders: every mutant names an existing design, tunables of it, and kinds that can be found.
func TestHeaders(t *testing.T) {
	designs := map[string]*allocators.Design{}
	for _, d := range all.Designs() {
		designs[d.Name] = d
	}
	mutants := All()
	if !slices.IsSortedFunc(mutants, func(a, b Mutant) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("not sorted by name")
	}
	bugs := 0
	for _, m := range mutants {
		d := designs[m.Design]
		if d == nil {
			t.Errorf("%s: no design %q", m.Name, m.Design)
			continue
		}
		for _, w := range m.Want {
			if !slices.Contains(kinds, w) {
				t.Errorf("%s: want %q: choose of %q", m.Name, w, kinds)
			}
		}
		if m.Want[0] != Nothing {
			bugs++
		}
		for _, set := range m.Set {
			name, value, _ := strings.Cut(set, "=")
			if k, ok := d.Tunable(name); !ok {
				t.Errorf("%s: %s has no tunable %q", m.Name, m.Design, name)
			} else if _, err := k.Parse(value); err != nil {
				t.Errorf("%s: %v", m.Name, err)
			}
		}
	}
	t.Logf("%d bugs and %d that are none", bugs, len(mutants)-bugs)
}

// TestApply: every mutant fits the current tree, changes each of its files, and leaves them formatted.
func TestApply(t *testing.T) {
	for _, m := range All() {
		files, err := m.Apply(readTree)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, path := range m.Files {
			before, _ := readTree(path)
			nice, err := format.Source([]byte(files[path]))
			if err != nil || string(nice) != files[path] || files[path] == before {
				t.Errorf("%s: %s is not formatted, no Go or not changed: %v", m.Name, path, err)
			}
		}
		if len(files) != len(m.Files) {
			t.Errorf("%s: changes %d files, names %q", m.Name, len(files), m.Files)
		}
	}
}

// TestGitAgrees: git apply gives the same result for each patch file as Apply.
func TestGitAgrees(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("needs git")
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range testsize.Some(All(), 0) {
		dir := t.TempDir()
		for _, path := range m.Files {
			text, _ := readTree(path)
			to := filepath.Join(dir, filepath.FromSlash(path))
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		c := exec.Command(git, "apply", filepath.Join(here, "patches", m.Name+".patch"))
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", m.Name, err, out)
			continue
		}
		ours, _ := m.Apply(readTree)
		for path, want := range ours {
			if got, _ := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path))); string(got) != want {
				t.Errorf("%s: git makes something else of %s", m.Name, path)
			}
		}
	}
}
