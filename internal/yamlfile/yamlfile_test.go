package yamlfile_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml/parser"

	"lwbench/internal/yamlfile"
)

func TestRefused(t *testing.T) {
	deep, err := os.ReadFile("testdata/deep.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := strings.Repeat
	for name, k := range map[string]struct{ text, want string }{
		"the reported file":   {string(deep), "f:1: it nests more than 32 deep"},
		"brackets by line":    {"why: x\na:\n" + r("[\n", 33), "f:35: it nests"},
		"braces":              {r("{a: ", 33), "f:1: it nests"},
		"mixed":               {"a: " + r("[{b: ", 17), "f:1: it nests"},
		"behind commas":       {"a: " + r("[x, ", 33), "f:1: it nests"},
		"behind an end quote": {"a: " + r("['x', ", 33), "f:1: it nests"},
		"behind a comment":    {"a: [ # ]]\n" + r("[", 32), "f:2: it nests"},
		"dashes":              {"x: 1\n" + r("- ", 40) + "x", "f:2: it nests"},
		"indentation":         {r(" ", 300) + "x", "f:1: it nests"},
		"anchors":             {"a: &a [x]\nb: [*a, *a]\n", "f:1: anchors"},
		"anchor in a list":    {"a:\n - &a x\n", "f:2: anchors"},
		"size":                {"why: " + r("x", yamlfile.MaxBytes), "f:1: the file has more than 256 KiB"},
		"lines":               {r("a: 1\n", 5000), "f:1: the file has more than 4000 lines and values"},
		"values":              {"a: [" + r("1,", 5000) + "1]", "f:1: the file has more than 4000"},
	} {
		if err := yamlfile.Check("f", []byte(k.text)); err == nil || !strings.HasPrefix(err.Error(), k.want) {
			t.Errorf("%s: %v, want %s", name, err, k.want)
		}
	}
}

func TestAccepted(t *testing.T) {
	r := strings.Repeat
	for name, text := range map[string]string{
		"empty":      "",
		"prose":      "why: |\n" + r("  see [1], *this* & that [0, 1), a[i] {x}: y -- AT&T #1 'tis \"so\n", 50),
		"quotes":     `why: "` + r("[", 100) + `"` + "\nalloc: ['" + r("{", 100) + "']\n",
		"comments":   "# " + r("[", 100) + "\nops: 1 # " + r("[", 100) + "\n",
		"many lists": r("a: [x, [y], {z: 1}]\n", 500),
		"multiply":   "why: 3 * 4 & 5\n",
	} {
		if err := yamlfile.Check("f", []byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, pattern := range []string{"../../bench/sweeps/*.yaml", "../../mmu/machines/*.yaml", "../../bench/validate/*.yaml", "../../bench/validate/*/*.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, f := range files {
			if _, err := yamlfile.Read(f, "file"); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestLargeFile: a large file is refused without being read.
func TestLargeFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "large.yaml")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(1 << 40); err != nil {
		t.Skip(err)
	}
	_ = file.Close()
	if _, err := yamlfile.Read(name, "sweep file"); err == nil || !strings.Contains(err.Error(), "more than 256 KiB") {
		t.Error(err)
	}
	if _, err := yamlfile.Read("/no/such", "sweep file"); err == nil || !strings.HasPrefix(err.Error(), "cannot read the sweep file: ") {
		t.Error(err)
	}
}

// FuzzCheck looks for a small file within the bounds over which the parser takes long.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{"a: [b, {c: d}]\n- - x\n? y\n", "why: |\n  [[[\n", "a: '[[' # [[\nb: \"\\\"[[\"", "&a *a !!str", "{a: {b: [", strings.Repeat("[{", 16)} {
		f.Add([]byte(s))
	}
	fuzzing := flag.Lookup("test.fuzz").Value.String() != "" // otherwise the seeds are a test like any other, without a time limit
	f.Fuzz(func(t *testing.T, data []byte) {
		if yamlfile.Check("f", data) != nil {
			return
		}
		start := time.Now()
		_, _ = parser.ParseBytes(data, 0)
		if d := time.Since(start); fuzzing && d > 5*time.Second {
			t.Errorf("%v for %d bytes", d, len(data))
		}
	})
}
