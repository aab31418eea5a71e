package report

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadRefuses(t *testing.T) {
	good := cell("Xio", "sfbuf", 4, "565 cycles/op")
	for _, k := range []struct{ name, text, want string }{
		{"empty", "", "x.txt: the file is empty"},
		{"foreign", "BenchmarkFoo-8 1 2 ns/op\n", "x.txt:1: not a result file of lwbench"},
		{"binary", "\x7fELF\x00\x01", "x.txt: it is a binary file, not text"},
		{"another program's", "# made by: rm -rf /\n", "x.txt:1: not a result file"},
		{"no results", "# made by: lwbench sweep\n", "x.txt: contains no results"},
		{"control characters", "# made by: lwbench sweep\nBenchmarkXio/alloc=\x1b[31m/cpus=1 1 5 cycles/op\n", "x.txt:2: a control character in the name of a benchmark"},
		{"only a cut line", "# made by: lwbench sweep", "x.txt:1: the last line is cut off: the file is not complete"},
		{"foreign benchmark", file("lwbench sweep", virtual, "Foo-8 1 2 ns/op"), `x.txt:5: "Foo-8": a result of lwbench has /alloc= and /cpus=`},
		{"no iterations", file("lwbench sweep", virtual, "Xio/alloc=a/cpus=1 x 2 cycles/op"), "x.txt:5: parsing iteration count"},
		{"no value", file("lwbench sweep", virtual, "Xio/alloc=a/cpus=1 1"), "x.txt:5: missing measurements"},
		{"odd part", file("lwbench sweep", virtual, "Xio/alloc/cpus=1 1 2 cycles/op"), `x.txt:5: "alloc" in the name of a result: expected /key=value`},
		{"no CPUs", file("lwbench sweep", virtual, "Xio/alloc=a/cpus=0 1 2 cycles/op"), `x.txt:5: cpus="0"`},
		{"too many CPUs", file("lwbench sweep", virtual, "Xio/alloc=a/cpus=99999999 1 2 cycles/op"), `cpus="99999999"`},
		{"not a number", file("lwbench sweep", virtual, good, cell("Xio", "a", 1, "NaN cycles/op")), "x.txt:6: NaN cycles/op"},
		{"infinite", file("lwbench sweep", virtual, cell("Xio", "a", 1, "Inf cycles/op")), "x.txt:5: +Inf cycles/op"},
		{"negative", file("lwbench sweep", virtual, cell("Xio", "a", 1, "-1 cycles/op")), "x.txt:5: -1 cycles/op"},
		{"huge", file("lwbench sweep", virtual, cell("Xio", "a", 1, "1e300 cycles/op")), "x.txt:5: 1e+300 cycles/op"},
		{"tiny", file("lwbench sweep", virtual, cell("Xio", "a", 1, "5e-324 cycles/op")), "x.txt:5: 5e-324 cycles/op: expected 0, or 1e-18 to 1e+18"},
		{"long name", file("lwbench sweep", virtual, cell("Xio", strings.Repeat("a", 1000), 1, "1 cycles/op")), "x.txt:5: the name of a result has"},
		{"long line", file("lwbench sweep", virtual, cell("Xio", "a", 1, "1 cycles/op"+strings.Repeat(" ", 1<<20))), "x.txt:5: a line of more than 65535 bytes: not the Go benchmark format"},
	} {
		t.Run(k.name, func(t *testing.T) {
			err := read(New(testLists()), "x.txt", strings.NewReader(k.text))
			if err == nil || !strings.HasPrefix(err.Error(), "x.txt:") || !strings.Contains(err.Error(), k.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line with %q", err, k.want)
			}
		})
	}
}

// endless repeats the same line.
type endless struct {
	line string
	at   int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		k := copy(p[n:], e.line[e.at:])
		n, e.at = n+k, (e.at+k)%len(e.line)
	}
	return n, nil
}

func TestReadIsBounded(t *testing.T) {
	line := &endless{line: "BenchmarkXio/alloc=sfbuf/cpus=4 1 565 cycles/op\n"}
	in := io.MultiReader(strings.NewReader("# made by: lwbench sweep\n"), io.LimitReader(line, 100<<20))
	if err := read(New(testLists()), "x.txt", in); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("100 MB: got %v", err)
	}
	in = io.MultiReader(strings.NewReader("# made by: lwbench sweep\n"), io.LimitReader(line, 49*200_000))
	line.at = 0
	if err := read(New(testLists()), "x.txt", in); err == nil || !strings.Contains(err.Error(), "more than 100000 results") {
		t.Errorf("200,000 results: got %v", err)
	}
}

// TestReadTruncated: a file that is truncated anywhere loses only its last line.
func TestReadTruncated(t *testing.T) {
	whole := file("lwbench sweep", virtual, cell("Xio", "sfbuf", 1, "565.5 cycles/op 0.75 reuse"), cell("Xio", "sfbuf", 2, "636.5 cycles/op 0.5 reuse"))
	second := strings.LastIndex(whole, "Benchmark")
	for cut := second + 1; cut < len(whole); cut++ {
		r := results(t, whole[:cut])
		if skipped := r.Skipped(); len(skipped) != 1 || !strings.Contains(skipped[0].Error(), "the last line is cut off") {
			t.Fatalf("cut at %d: not noticed", cut)
		}
		if got := r.panels[0].cpus(); len(got) != 1 || got[0] != 1 {
			t.Fatalf("cut at %d: CPUs %v, want 1 alone", cut, got)
		}
	}
	if r := results(t, whole); r.Skipped() != nil || len(r.panels[0].cpus()) != 2 {
		t.Error("a complete file counts as truncated")
	}
}

func TestReadMerges(t *testing.T) {
	one := file("lwbench sweep --cpus 1", virtual, cell("Xio", "sfbuf", 1, "565 cycles/op"))
	more := file("lwbench sweep --cpus 1,2", virtual, cell("Xio", "sfbuf", 1, "565 cycles/op"), cell("Xio", "sfbuf", 2, "636 cycles/op"))
	other := file("lwbench sweep --ops 9", virtual, cell("Xio", "sfbuf", 1, "600 cycles/op"))
	r := results(t, one, more, other)
	p := r.panels[0]
	if len(r.panels) != 1 || len(p.curves) != 2 {
		t.Fatalf("%d panels, %d curves, want one panel with two curves", len(r.panels), len(p.curves))
	}
	if got := p.curves[0].at(1).reps("cycles/op"); got != 1 {
		t.Errorf("the same cell in two files counts %d times", got)
	}
	if got := p.curves[1].label; got != "sfbuf (c.txt)" {
		t.Errorf("the cell that differs is called %q", got)
	}
	if p.curves[0].place != p.curves[1].place || lookOf(p.curves[0]).hex != lookOf(p.curves[1]).hex {
		t.Error("the same design has two colours")
	}
	reps := results(t, file("lwbench sweep --reps 3", virtual, cell("Xio", "sfbuf", 1, "3 cycles/op"), cell("Xio", "sfbuf", 1, "1 cycles/op"), cell("Xio", "sfbuf", 1, "20 cycles/op")))
	pt := reps.panels[0].curves[0].at(1)
	mid, _ := pt.median("cycles/op")
	lo, hi := pt.span("cycles/op")
	if mid != 3 || lo != 1 || hi != 20 || pt.mean("cycles/op") != 8 {
		t.Errorf("median %v, %v to %v, mean %v", mid, lo, hi, pt.mean("cycles/op"))
	}
}

// recorded returns the recorded results.
func recorded(t testing.TB) *Results {
	t.Helper()
	paths, err := filepath.Glob("../../results/recorded/*.txt")
	if err != nil || len(paths) < 5 {
		t.Fatalf("recorded results: %v, %v", paths, err)
	}
	r := New(testLists())
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if testing.Short() && len(data) > 300_000 {
			continue // the figures of the small files do
		}
		if err == nil {
			err = read(r, path, strings.NewReader(string(data)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func FuzzRead(f *testing.F) {
	f.Add(file("lwbench sweep", virtual, cell("Xio", "sfbuf", 1, "565 cycles/op 0.75 reuse"), cell("Xio", "<b>", 4, "1 sec/op")))
	f.Add("# made by: lwbench sweep\nUnit cycles/op better=lower\nengine: live\npin: none\nBenchmarkX/alloc=a/a.b=1/cpus=3 1 0 cycles/op")
	f.Fuzz(func(t *testing.T, text string) {
		r := New(testLists())
		if err := read(r, "x.txt", strings.NewReader(text)); err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of two lines: %q", err)
			}
			return
		}
		for _, write := range []func(io.Writer) error{r.HTML, r.Markdown} {
			if err := write(io.Discard); err != nil {
				t.Error(err)
			}
		}
	})
}
