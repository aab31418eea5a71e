package mutants

import (
	"errors"
	"strings"
	"testing"
)

// fine is a patch of one file in two hunks.
const fine = `design: lwbuf
set: objcache.capacity=4
set: objcache.limit=0
want: leak or panic
history: something
  that goes on
--- a/x/y.go
+++ b/x/y.go
@@ -1,3 +1,2 @@
 one
-two
 three
@@ -9 +8,2 @@
-nine
+neun
+zehn
`

func TestParse(t *testing.T) {
	m, err := Parse("fine", fine)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "fine" || m.Design != "lwbuf" || len(m.Set) != 2 || m.WantText() != "leak or panic" || m.History != "something that goes on" {
		t.Errorf("%+v", m)
	}
	for _, k := range []struct{ text, want, err string }{
		{"one\ntwo\nthree\nnine\n", "one\nthree\nneun\nzehn\n", ""},
		{"0\none\ntwo\nthree\nnineteen\nnine\n9\n", "0\none\nthree\nnineteen\nneun\nzehn\n9\n", ""},
		{"one\ntwo\nthree\nnine\nnine\n", "", "hunk 2 2 times"},
		{"one\nthree\nnine\n", "", "hunk 1 0 times"},
		{"gone\ntwo\nthree\nnine\n", "", "hunk 1 0 times"},
	} {
		got, err := m.Apply(func(string) (string, error) { return k.text, nil })
		if got["x/y.go"] != k.want || (err == nil) != (k.err == "") || err != nil && !strings.Contains(err.Error(), k.err) {
			t.Errorf("%q: %q, %v; want %q, %q", k.text, got, err, k.want, k.err)
		}
	}
	gone := errors.New("no such file")
	if _, err := m.Apply(func(string) (string, error) { return "", gone }); !errors.Is(err, gone) {
		t.Errorf("%v, want %v", err, gone)
	}
}

func TestParseErrors(t *testing.T) {
	for _, k := range []struct{ old, new, want string }{
		{"design: lwbuf\n", "", "needs a design"},
		{"want: leak or panic\n", "", "needs a design, a want"},
		{"  that goes on\n", "colour: red\n", "line 6"},
		{"leak or panic", "leak or nothing", "either nothing"},
		{"--- a/x/y.go\n+++ b/x/y.go\n", "--- x/y.go\n+++ b/x/y.go\n", "expected --- a/FILE"},
		{"+++ b/x/y.go", "+++ b/x/z.go", "the same file"},
		{"@@ -1,3 +1,2 @@", "@@ somewhere @@", "no hunk header"},
		{"@@ -9 +8,2 @@", "@@ -9 +8,3 @@", "ends too early"},
		{"@@ -9 +8,2 @@", "@@ -9 +8,1 @@", "expected --- a/FILE"},
		{"-nine\n+neun\n+zehn\n", "\\ No newline\n", "not a line of a hunk"},
		{"@@ -9 +8,2 @@\n-nine\n+neun\n+zehn\n", "@@ -9 +8 @@\n nine\n", "changes nothing"},
		{fine[strings.Index(fine, "@@"):], "", "no hunks"},
		{fine[strings.Index(fine, "--- a"):], "", "line 7"},
	} {
		bad := strings.Replace(fine, k.old, k.new, 1)
		if bad == fine {
			t.Fatalf("%q is not in the patch", k.old)
		}
		if _, err := Parse("bad", bad); err == nil || !strings.Contains(err.Error(), k.want) || !strings.HasPrefix(err.Error(), "bad.patch: ") {
			t.Errorf("%q for %q: %v, want %q", k.new, k.old, err, k.want)
		}
	}
}
