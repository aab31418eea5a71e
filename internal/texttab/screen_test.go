package texttab_test

import (
	"strings"
	"testing"

	"lwbench/internal/texttab"
)

// TestScreen: longer lines break at blanks, below their last column or indented; shorter ones stay as they are.
func TestScreen(t *testing.T) {
	for text, want := range map[string]string{
		"short\n":                                   "short\n",
		"a line of prose that goes on\n":            "a line of prose that\ngoes on\n",
		"  --flag  the help text of a flag\n":       "  --flag  the help\n          text of a\n          flag\n",
		"averyveryverylongwordwithoutblanks is\n":   "averyveryverylongwordwithoutblanks\nis\n",
		"\x1b[31mred red red red\x1b[0m\n":          "\x1b[31mred red red red\x1b[0m\n",
		"not ended":                                 "not ended",
		"äääääääääääääääääääö\n":                    "äääääääääääääääääääö\n",
		"  x  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n": "  x\n     aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
	} {
		var b strings.Builder
		s := texttab.NewScreen(&b, 20)
		for _, c := range []byte(text) { // as it comes
			if _, err := s.Write([]byte{c}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%q: %q, want %q", text, b.String(), want)
		}
	}
}

// TestTableOnScreen: a table is as wide as the screen; its first column is in each block.
func TestTableOnScreen(t *testing.T) {
	var b strings.Builder
	tab := texttab.Table{Align: "lr", Width: 100}
	tab.Row("CPUs", "1", "2", "4", "8")
	tab.Row("naive", "1,000", "2,000", "4,000", "8,000")
	if err := tab.Write(texttab.NewScreen(&b, 20)); err != nil {
		t.Fatal(err)
	}
	tab2 := texttab.Table{Align: "rl"}
	tab2.Row("10", "a text that is longer than this")
	if err := tab2.Write(texttab.NewScreen(&b, 20)); err != nil {
		t.Fatal(err)
	}
	want := "CPUs       1      2\nnaive  1,000  2,000\nCPUs       4      8\nnaive  4,000  8,000\n10  a text that is\n    longer than this\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
