package texttab_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"lwbench/internal/texttab"
)

func ExampleTable() {
	t := texttab.Table{Indent: "  ", Align: "lr"}
	t.Row("CPUs", "1", "64")
	t.Row("naive", "1,000", "1,357,716")
	t.Row("lwbuf", "718", "*718")
	_ = t.Write(os.Stdout)
	// Output:
	//   CPUs       1         64
	//   naive  1,000  1,357,716
	//   lwbuf    718       *718
}

// TestBlocks: a table that is too wide goes on below, with its first column, marks and all; every column is there once.
func TestBlocks(t *testing.T) {
	tab := texttab.Table{Width: 30}
	head, words, marks := []string{"n"}, []string{"cost"}, []rune{}
	for i := range 20 {
		head, words, marks = append(head, fmt.Sprint(i)), append(words, "1,000"), append(marks, rune('a'+i))
	}
	tab.Row(head...)
	tab.Row(words...)
	tab.Tail(marks)
	var b strings.Builder
	if err := tab.Write(&b); err != nil {
		t.Fatal(err)
	}
	tails := ""
	for _, l := range strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n") {
		if len(l) > 30 {
			t.Errorf("%d columns: %s", len(l), l)
		}
		if f := strings.Fields(l); f[0] == "cost" {
			tails += f[len(f)-1]
		}
	}
	if tails != string(marks) {
		t.Errorf("marks %s in\n%s", tails, &b)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestTableFails(t *testing.T) {
	tab := texttab.Table{}
	tab.Row("a")
	if tab.Write(broken{}) == nil {
		t.Error("a write error is lost")
	}
}

func TestNumbers(t *testing.T) {
	for got, want := range map[string]string{
		texttab.Count(1, "cell"): "1 cell", texttab.Count(int64(2000), "cell"): "2,000 cells", texttab.Count(3, "stale access"): "3 stale accesses",
		texttab.Thousands(-1234567.4): "-1,234,567", texttab.Thousands(-0.2): "0", texttab.Thousands(999.5): "1,000",
		texttab.And([]string{"a", "b", "c"}): "a, b and c", texttab.And(nil): "", texttab.And([]string{"a"}): "a",
		texttab.Unknown("no machine", "vax", []string{"haswell", "numa"}).Error():     `no machine "vax": choose one of haswell, numa`,
		texttab.Unknown("no machine", "hasvell", []string{"haswell", "numa"}).Error(): `no machine "hasvell": did you mean haswell?`,
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	tab := texttab.Table{Align: "lr"}
	tab.Row("a|b", "n")
	tab.Row("<x>", "1,000")
	var b strings.Builder
	if err := tab.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if want := "| a\\|b      |     n |\n|-----------|------:|\n| &lt;x&gt; | 1,000 |\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
	if tab.Markdown(broken{}) == nil {
		t.Error("a write error is lost")
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{"": "", "one two  three": "one two|three", "overlong-word a b": "overlong-word|a b"} {
		if got := strings.Join(texttab.Wrap(text, 8), "|"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
