package splice

import (
	"strings"
	"testing"
)

func TestFigure(t *testing.T) {
	text := "With it lwbuf costs 27 times as much\nat 64 CPUs, and 1,000 cycles."
	for _, k := range []struct{ sentence, value, want, err string }{
		{"costs {} times as much at 64", "30.5", "With it lwbuf costs 30.5 times as much\nat 64 CPUs, and 1,000 cycles.", ""},
		{"and {} cycles", "2", "With it lwbuf costs 27 times as much\nat 64 CPUs, and 2 cycles.", ""},
		{"costs {} times as little", "2", text, "0 times"},
		{"costs", "2", text, "no {}"},
	} {
		got, err := Figure{k.sentence, k.value}.splice(text)
		if got != k.want || (err == nil) != (k.err == "") || err != nil && !strings.Contains(err.Error(), k.err) {
			t.Errorf("%s: %q, %v; want %q, %q", k.sentence, got, err, k.want, k.err)
		}
	}
}

func TestTable(t *testing.T) {
	text := "a\n<!-- table: x -->\nold\n<!-- end -->\nb\n"
	if got, err := (Table{"x", "new\n"}).splice(text); err != nil || got != "a\n<!-- table: x -->\nnew\n<!-- end -->\nb\n" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := (Table{"y", ""}).splice(text); err == nil || err.Error() != `no table "y"` {
		t.Error(err)
	}
}
