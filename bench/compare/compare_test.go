package compare_test

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lwbench/bench/compare"
	"lwbench/internal/texttab"
)

const units = "Unit cycles/op assume=exact\nUnit cycles/op better=lower\nUnit reuse assume=exact\nUnit reuse better=higher\nUnit size assume=exact\n"

// files writes result files and returns them as arguments old=… and new=….
func files(t *testing.T, older, newer string) []string {
	t.Helper()
	dir := t.TempDir()
	var args []string
	for name, text := range map[string]string{"old": older, "new": newer} {
		path := filepath.Join(dir, name+".txt")
		if err := os.WriteFile(path, []byte(units+text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name+"="+path)
	}
	slices.Sort(args)
	slices.Reverse(args)
	return args
}

func compared(t *testing.T, args []string, set func(*compare.Options)) *compare.Comparison {
	t.Helper()
	c, err := try(args, set)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func try(args []string, set func(*compare.Options)) (*compare.Comparison, error) {
	in, err := compare.Read(args, strings.NewReader(""))
	if err != nil {
		return nil, err
	}
	o := compare.Defaults()
	if set != nil {
		set(&o)
	}
	return compare.Compare(in, &o)
}

func TestVerdicts(t *testing.T) {
	for _, x := range []struct {
		unit, was, is, threshold, delta string
		want                            compare.Verdict
	}{
		{"cycles/op", "100", "105", "0%", "+5.00%", compare.Worse},
		{"cycles/op", "100", "105", "5%", "+5.00%", compare.Same}, // up to the threshold is no change
		{"cycles/op", "100", "105.1", "5%", "+5.10%", compare.Worse},
		{"cycles/op", "100", "94", "5%", "-6.00%", compare.Better},
		{"cycles/op", "100", "100", "0", "0.00%", compare.Same},
		{"cycles/op", "0", "1", "50%", "?", compare.Worse}, // a change from 0 exceeds any threshold
		{"cycles/op", "1", "0", "50%", "-100.00%", compare.Better},
		{"reuse", "0.5", "0.4", "0%", "-20.00%", compare.Worse},
		{"reuse", "0.5", "0.6", "0%", "+20.00%", compare.Better},
		{"reuse", "0", "0", "0%", "0.00%", compare.Same},
		{"size", "7", "8", "0%", "+14.29%", compare.Changed},
	} {
		args := files(t, "BenchmarkX 1 "+x.was+" "+x.unit+"\n", "BenchmarkX 1 "+x.is+" "+x.unit+"\n")
		c := compared(t, args, func(o *compare.Options) {
			o.AllUnits = true
			o.Threshold, _ = compare.ParseThreshold(x.threshold)
		})
		cell := c.Tables[0].Cells[0][1]
		if cell.Verdict != x.want || cell.Delta() != x.delta || c.Worst() != x.want {
			t.Errorf("%s %s to %s over %s: %q, %q (worst %q), want %q, %q", x.unit, x.was, x.is, x.threshold,
				cell.Delta(), cell.Verdict, c.Worst(), x.delta, x.want)
		}
	}
}

// TestWrongAnswersAreNeverBetter: the cost of a design with stale accesses is meaningless, on either side.
func TestWrongAnswersAreNeverBetter(t *testing.T) {
	for _, x := range []struct {
		name, was, is string
		want          compare.Verdict
	}{
		{"cheaper and wrong", "100 cycles/op 0 stale", "50 cycles/op 7 stale", compare.Worse},
		{"cheaper and at fault", "100 cycles/op 0 faults", "50 cycles/op 1 faults", compare.Worse},
		{"as wrong as before", "100 cycles/op 7 stale", "50 cycles/op 7 stale", compare.Same},
		{"right at last", "50 cycles/op 7 stale", "100 cycles/op 0 stale", compare.Changed},
		{"still wrong and slower", "50 cycles/op 7 stale", "100 cycles/op 7 stale", compare.Changed},
	} {
		args := files(t, "BenchmarkX 1 "+x.was+"\n", "BenchmarkX 1 "+x.is+"\n")
		c := compared(t, args, func(o *compare.Options) { o.Units = []string{"cycles/op"} })
		if got := c.Tables[0].Cells[0][1].Verdict; got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
		for _, format := range compare.Formats() {
			var b strings.Builder
			if err := c.Write(&b, format, false); err != nil {
				t.Fatal(err)
			}
			if mark := map[string]string{"csv": "true", "json": `"wrong": true`}[format]; !strings.Contains(b.String(), cmp.Or(mark, "!")) {
				t.Errorf("%s: %s does not mark the wrong cell:\n%s", x.name, format, &b)
			}
		}
	}
}

func TestNoiseIsNoChange(t *testing.T) {
	live := []string{filepath.Join("testdata", "live-old.txt"), filepath.Join("testdata", "live-new.txt")}
	c := compared(t, live, nil)
	want := map[string]compare.Verdict{"Xio/alloc=naive/cpus=1": compare.Same, "Xio/alloc=lwbuf/cpus=1": compare.Better}
	for i, row := range c.Tables[0].Rows {
		if v, ok := want[row]; ok && c.Tables[0].Cells[i][1].Verdict != v {
			t.Errorf("%s: %q, want %q", row, c.Tables[0].Cells[i][1].Verdict, v)
		}
	}
}

func TestMeanSaysWhatItLeavesOut(t *testing.T) {
	args := files(t,
		"BenchmarkA 1 2 cycles/op\nBenchmarkB 1 8 cycles/op\nBenchmarkZ 1 0 cycles/op\nBenchmarkGone 1 4 cycles/op\n",
		"BenchmarkA 1 4 cycles/op\nBenchmarkB 1 4 cycles/op\nBenchmarkZ 1 3 cycles/op\nBenchmarkNew 1 9 cycles/op\n")
	c := compared(t, args, nil)
	old, cur := c.Tables[0].Means[0], c.Tables[0].Means[1]
	if math.Abs(old.Center-4) > 1e-9 || !slices.Equal(old.Left, []string{"Z (0)"}) { // the cube root of 2·8·4
		t.Errorf("old: %+v", old)
	}
	if math.Abs(cur.Ratio-1) > 1e-9 || !slices.Equal(cur.Unpaired, []string{"Z (0 to 3)", "Gone (not in new)", "New (not in old)"}) {
		t.Errorf("new: %+v", cur)
	}
	var b strings.Builder
	if err := c.Write(&b, "text", false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"the geomean of old leaves out Z (0)\n", "the change of the geomean of new leaves out Z (0 to 3), Gone",
		"only in old: Gone\n", "only in new: New\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}

// TestMissing: a short count of the cells that only one file has is up front, a cell that ran again counts once, the names wrap, and a key
// without a value is not printed.
func TestMissing(t *testing.T) {
	var old strings.Builder
	old.WriteString("BenchmarkA 1 2 cycles/op\n")
	for i := range 30 {
		fmt.Fprintf(&old, "BenchmarkGone/alloc=lwbuf/cpus=%d 1 4 cycles/op\n", i+1)
	}
	old.WriteString("run: longer\nBenchmarkA 1 3 cycles/op\nBenchmarkGone/alloc=lwbuf/cpus=1 1 4 cycles/op\n")
	c := compared(t, files(t, old.String(), "BenchmarkA 1 4 cycles/op\nrun: longer\nBenchmarkA 1 4 cycles/op\n"), nil)
	var b strings.Builder
	if err := c.Write(&b, "text", false); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\nonly in old: Gone/alloc=lwbuf/cpus=1, ") {
		t.Errorf("no note in\n%s", b.String())
	}
	if strings.Contains(b.String(), "run: \n") {
		t.Errorf("an empty key in\n%s", b.String())
	}
	_, note, _ := strings.Cut(b.String(), "\nonly in old")
	for _, line := range strings.Split(note, "\n") {
		if len(line) > 110 {
			t.Errorf("line %q", line)
		}
	}
	want := []string{"cycles/op: 1 cell (2 results, as some ran again), 2 worse; worst: A +100.00%", "not compared: 30 cells only in old"}
	if c := compared(t, files(t, old.String(), "BenchmarkA 1 4 cycles/op\nrun: longer\nBenchmarkA 1 4 cycles/op\n"), func(o *compare.Options) { o.Brief = true }); !slices.Equal(c.Summary, want) {
		t.Errorf("summary %q, want %q", c.Summary, want)
	}
}

// TestNothingCompared: with different machines or a single column, the last note says so.
func TestNothingCompared(t *testing.T) {
	line := "BenchmarkX/alloc=a 1 9 cycles/op\n"
	for _, x := range []struct {
		args []string
		col  string
		want string
	}{
		{files(t, "machine: a\n"+line, "machine: b\n"+line), ".file", "nothing was compared: no cell is in two columns of a table"},
		{files(t, line, line), "/alloc", `nothing was compared: "a" is the only column`},
	} {
		c := compared(t, x.args, func(o *compare.Options) { o.Col = x.col })
		if c.Worst() != compare.None || c.Nothing == nil || c.Nothing.Error() != x.want || !slices.Contains(c.Notes, x.want) {
			t.Errorf("%v, %q, want %q", c.Nothing, c.Notes, x.want)
		}
	}
}

func TestUnitsChosen(t *testing.T) {
	args := files(t, "BenchmarkX 1 9 cycles/op 0.5 reuse 7 size\n", "BenchmarkX 1 9 cycles/op 0.6 reuse 7 size\n")
	for _, x := range []struct {
		set  func(*compare.Options)
		want string
	}{
		{nil, "cycles/op reuse"},
		{func(o *compare.Options) { o.Threshold = 0.3 }, "cycles/op"},
		{func(o *compare.Options) { o.AllUnits = true }, "cycles/op reuse size"},
		{func(o *compare.Options) { o.Units = []string{"size"} }, "size"},
		{func(o *compare.Options) { o.Filter = ".unit:(size OR reuse)" }, "reuse size"},
	} {
		var got []string
		for _, table := range compared(t, args, x.set).Tables {
			got = append(got, table.Unit)
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("shown %q, want %q", got, x.want)
		}
	}
}

func TestBadOptions(t *testing.T) {
	args := files(t, "pkg: x\nBenchmarkX/alloc=a/cpus=1 1 9 cycles/op\n", "pkg: x\nBenchmarkX/alloc=a/cpus=1 1 9 cycles/op\n")
	for _, x := range []struct {
		set  func(*compare.Options)
		want string
	}{
		{func(o *compare.Options) { o.Row = "/aloc" }, `row: no key "/aloc": did you mean /alloc?`},
		{func(o *compare.Options) { o.Col = "pgk" }, `col: no key "pgk": did you mean pkg?`},
		{func(o *compare.Options) { o.Table = ".confg" }, `table: no key ".confg": did you mean .config?`},
		{func(o *compare.Options) { o.Ignore = "commit" }, `ignore: no key "commit": choose one of`},
		{func(o *compare.Options) { o.Filter = "/alloc:a OR /cpu:(1 OR /2/)" }, `filter: no key "/cpu": did you mean /cpus?`},
		{func(o *compare.Options) { o.Filter = "/alloc:b" }, `no result matches filter "/alloc:b"`},
		{func(o *compare.Options) { o.Filter = "(" }, `filter: "(": `},
		{func(o *compare.Options) { o.Col = "pkg@(x),/alloc@(a zebra)" }, `col: /alloc is nowhere "zebra": choose one of a`},
		{func(o *compare.Options) { o.Row = ".unit" }, `row: ".unit": .unit is only allowed in filters`},
		{func(o *compare.Options) { o.Units = []string{"cycle/op"} }, `unit: no unit "cycle/op": did you mean cycles/op?`},
		{func(o *compare.Options) { o.Alpha = math.NaN() }, "alpha: NaN is out of range: choose 0 to 1"},
		{func(o *compare.Options) { o.Confidence = 2 }, "confidence: 2 is out of range: choose more than 0 and less than 1, such as 0.95"},
		{func(o *compare.Options) { o.Confidence = 1 }, "confidence: 1 is out of range: choose more than 0 and less than 1, such as 0.95"},
		{func(o *compare.Options) { o.Confidence = 0 }, "confidence: 0 is out of range: choose more than 0 and less than 1, such as 0.95"},
		{func(o *compare.Options) { o.Alpha = -1 }, "alpha: -1 is out of range: choose 0 to 1"},
	} {
		if _, err := try(args, x.set); err == nil || !strings.Contains(err.Error(), x.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %s", err, x.want)
		}
	}
	for _, bad := range []string{"", "5", "-1%", "NaN%", "Inf%", "five%", "%"} {
		if v, err := compare.ParseThreshold(bad); err == nil {
			t.Errorf("threshold %q is %v", bad, v)
		}
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	for _, x := range []struct{ text, want string }{
		{"", "file is empty"},
		{"\x1f\x8b\x08", "the gzip file ends early"},
		{`{"context":{"date":"x"},"benchmarks":[{"name":"A","iterations":5,"real_time":1.5,"time_unit":"ns"}]}`, "a result of Google Benchmark, not in the Go benchmark format: jq -r '.benchmarks[]"},
		{`{"a":[]}`, "a result of some program in JSON"},
		{"hello\nworld\n", "contains no results"},
		{"BenchmarkX 1 1 cycles/op\n" + strings.Repeat("x", 1<<16) + "\n", "f:2: a line of more than 65535 bytes: not the Go benchmark format"},
		{"\x7fELF\x00\x00\x00", "f: it is a binary file, not text"},
		{"Unit cycles/op assume=exact\n", "contains no results"},
		{"Unit cycles/op assume=exact\nBenchmarkY 1 9 cyc", "f:2: the last line is cut off"},
		{"BenchmarkX\x1b[2J 1 9 cycles/op\n", "f:1: a control character in the name"},
		{"cpu: \x1b[2J\nBenchmarkX 1 9 cycles/op\n", "f:2: a control character in the configuration"},
		{"BenchmarkX 1 NaN cycles/op\n", "f:1: NaN cycles/op: expected"},
		{"BenchmarkX 1 +Inf cycles/op\n", "f:1: +Inf cycles/op: expected"},
	} {
		path := filepath.Join(dir, "f")
		if err := os.WriteFile(path, []byte(x.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := compare.Read([]string{path}, nil); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q: %v, want %s", x.text, err, x.want)
		}
	}
	if _, err := compare.Read([]string{dir}, nil); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Error(err)
	}
}

// TestFromElsewhere reads files of users: a byte order mark, UTF-16, and a line broken by log output.
func TestFromElsewhere(t *testing.T) {
	for name, k := range map[string]struct{ results, skipped int }{
		"plain.txt": {2, 0}, "cut.txt": {1, 1}, "utf8-bom.txt": {2, 0}, "utf16le.txt": {7, 0}, "split-line.txt": {1, 1},
	} {
		in, err := compare.Read([]string{"testdata/elsewhere/" + name}, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(in.Results) != k.results || len(in.Skipped) != k.skipped {
			t.Errorf("%s: %d results, skipped %v", name, len(in.Results), in.Skipped)
		}
		if goos := in.Results[0].GetConfig("goos"); name == "utf8-bom.txt" && goos != "windows" {
			t.Errorf("%s: goos %q", name, goos)
		}
	}
	in, err := compare.Read([]string{"testdata/elsewhere/split-line.txt"}, nil)
	if err != nil || !strings.HasPrefix(in.Skipped[0].Error(), "testdata/elsewhere/split-line.txt:2: ") {
		t.Error(in, err)
	}
	if _, err := compare.Read([]string{"testdata/elsewhere/hyperfine.json"}, nil); err == nil || !strings.Contains(err.Error(), "a result of hyperfine") {
		t.Error(err)
	}
}

// TestFormatsAgree reads CSV and JSON back: every cell is in both, with the same text.
func TestFormatsAgree(t *testing.T) {
	args := files(t, "BenchmarkX/a=\"q,|<b>\" 1 9 cycles/op 0 reuse\n", "BenchmarkX/a=\"q,|<b>\" 1 12 cycles/op 0.6 reuse\n")
	c := compared(t, args, nil)
	text := map[string]string{}
	for _, f := range compare.Formats() {
		var b strings.Builder
		if err := c.Write(&b, f, false); err != nil {
			t.Fatal(err)
		}
		text[f] = b.String()
		if !strings.Contains(b.String(), "worse") || !strings.Contains(b.String(), "better") || !strings.Contains(html.UnescapeString(b.String()), "+33.33%") {
			t.Errorf("%s does not show the change:\n%s", f, b.String())
		}
	}
	rows, err := csv.NewReader(strings.NewReader(text["csv"])).ReadAll()
	if err != nil || len(rows) != 5 || rows[2][1] != `X/a="q,|<b>"` {
		t.Errorf("csv: %v %q", err, rows)
	}
	var j struct {
		Tables []struct{ Cells []map[string]any }
	}
	if err := json.Unmarshal([]byte(text["json"]), &j); err != nil || len(j.Tables) != 2 || len(j.Tables[1].Cells) != 2 {
		t.Errorf("json: %v\n%s", err, text["json"])
	}
	if strings.Contains(text["html"], "<b>") || !strings.Contains(text["html"], `class="worse">worse</td>`) {
		t.Errorf("html:\n%s", text["html"])
	}
	if !strings.Contains(text["md"], `\|`) {
		t.Errorf("md:\n%s", text["md"])
	}
	if err := c.Write(failing{}, "json", false); err == nil {
		t.Error("no error for a failed write")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// TestBlocks: on a screen no line of a table is wider than it, and each column is there once beside the base, in order.
func TestBlocks(t *testing.T) {
	var text string
	for i := range 5 {
		text += fmt.Sprintf("BenchmarkLongWorkloadName/alloc=a%d/cpus=8 1 %d cycles/op\nBenchmarkOther/alloc=a%d/cpus=8 1 %d cycles/op\n", i, 200+i, i, 300+3*i)
	}
	c := compared(t, files(t, text, "")[:1], func(o *compare.Options) { o.Col = "/alloc" })
	for wide, blocks := range map[int]int{400: 1, 120: 2, 80: 4} {
		var b strings.Builder
		if err := c.Write(texttab.NewScreen(&b, wide), "text", false); err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(b.String(), "\n\n±")
		if n := strings.Count(text, "vs base"); n != 4 {
			t.Errorf("%d columns: %d changes, want 4:\n%s", wide, n, text)
		}
		if n := strings.Count(text, "geomean "); n != blocks {
			t.Errorf("%d columns: %d blocks, want %d:\n%s", wide, n, blocks, text)
		}
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > wide {
				t.Errorf("%d columns: a line of %d: %s", wide, n, line)
			}
		}
	}
}

// TestHalfWidths: a figure that is exact is not known without an error: the notes have the half-width, and how many changes it could explain.
func TestHalfWidths(t *testing.T) {
	line := func(cycles, half string) string {
		return "BenchmarkX/alloc=a/cpus=4 1 " + cycles + " cycles/op " + half + " half-width\n"
	}
	for _, x := range []struct{ was, is, want string }{
		{line("200", "0.01"), line("203", "0.005"), "at most 1 % here; changes no larger than the half-widths of both figures: 1 of 1"},
		{line("200", "0.01"), line("204", "0.005"), "at most 1 % here; changes no larger than the half-widths of both figures: 0 of 1"},
		{line("204", "0.005"), line("200", "0.013"), "at most 1.3 % here; changes"},
		{line("200", "0.01"), line("200", "0.01"), "at most 1 % here"},
	} {
		c := compared(t, files(t, x.was, x.is), func(*compare.Options) {})
		if !slices.ContainsFunc(c.Notes, func(n string) bool { return strings.Contains(n, x.want) }) {
			t.Errorf("%q, want %q", c.Notes, x.want)
		}
	}
	if c := compared(t, files(t, "BenchmarkX 1 200 cycles/op\n", "BenchmarkX 1 203 cycles/op\n"), func(*compare.Options) {}); strings.Contains(strings.Join(c.Notes, "\n"), "half-width") {
		t.Errorf("results without a half-width: %q", c.Notes)
	}
}

// TestRoughCells: compare marks the figures that the other views mark, with the half-width.
func TestRoughCells(t *testing.T) {
	line := func(half string) string {
		return "BenchmarkX/alloc=a/cpus=4 1 200 cycles/op 5 elapsed-cycles/op " + half + " half-width\n"
	}
	rough := compared(t, files(t, line("0.01"), line("0.65")), func(o *compare.Options) { o.AllUnits = true })
	for _, format := range compare.Formats() {
		var b strings.Builder
		if err := rough.Write(&b, format, false); err != nil {
			t.Fatal(err)
		}
		want := "? 95 % half-width above 20 %: 65 %"
		if format == "csv" {
			continue // it has no notes
		}
		if got := html.UnescapeString(b.String()); strings.Count(got, want) != 1 {
			t.Errorf("%s: %q is there %d times, want 1:\n%s", format, want, strings.Count(got, want), got)
		}
		if got := b.String(); format == "text" && !strings.Contains(got, "? 200.0") {
			t.Errorf("text: no mark:\n%s", got)
		}
	}
}
