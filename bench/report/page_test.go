package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func page1(t testing.TB, r *Results) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func markdown(t testing.TB, r *Results) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestSameBytes: the recorded results, read twice, give the same page and the same text.
func TestSameBytes(t *testing.T) {
	one, two := recorded(t), recorded(t)
	page := page1(t, one)
	if page != page1(t, two) {
		t.Error("the same results gave two pages")
	}
	if markdown(t, one) != markdown(t, two) {
		t.Error("the same results gave two texts")
	}
	t.Run("PageIsWhole", func(t *testing.T) { pageIsWhole(t, page) })
}

// pageIsWhole: the page loads nothing, and every figure has its drawing, its table and its command.
func pageIsWhole(t *testing.T, text string) {
	t.Helper()
	for _, bad := range regexp.MustCompile(`(?i)<script|<link[^>]+href="[^d#]|src=|@import|url\(|ZgotmplZ`).FindAllString(text, -1) {
		t.Errorf("the page has %q", bad)
	}
	figures := strings.Split(text, "<figure")[1:]
	if len(figures) < 50 {
		t.Fatalf("%d figures", len(figures))
	}
	for _, f := range figures {
		f, _, _ = strings.Cut(f, "</figure>")
		if !strings.Contains(f, "<svg ") || !strings.Contains(f, "<title>") || !strings.Contains(f, "<table>") || !strings.Contains(f, "<code>lwbench sweep") {
			t.Errorf("a figure has no drawing, tooltip, table or command: %.300s", f)
		}
	}
	if n := strings.Count(text, "id=\"xio-on-haswell-2s\""); n != 1 {
		t.Errorf("the panel of xio is there %d times", n)
	}
}

// hostile is text that must be escaped.
const hostile = `<script>alert(1)</script>"'><img src=x onerror=a>`

func TestHostileNames(t *testing.T) {
	name := strings.NewReplacer("/", "", " ", "_", "=", "").Replace(hostile)
	r := results(t, file("lwbench sweep "+hostile, "engine: "+hostile+"\nmachine: "+hostile,
		cell("X"+name, name, 1, "1 cycles/op 2 "+name), cell("X"+name, name, 2, "1 cycles/op"),
		cell("X"+name, "b|`c`", 1, "2 cycles/op"), cell("X"+name, "b|`c`", 2, "3 cycles/op"),
		"X"+name+"/alloc="+name+"/"+name+".p=3/cpus=1 1 5 cycles/op"))
	for kind, text := range map[string]string{"html": page1(t, r), "md": markdown(t, r)} {
		if kind == "md" { // Markdown has the command as code, which no renderer interprets as HTML
			text = regexp.MustCompile("`[^`]*`").ReplaceAllString(strings.ReplaceAll(text, "\\`", ""), "")
		}
		for _, bad := range []string{"<script>alert", "<img", "<script>"} {
			if strings.Contains(strings.ToLower(text), bad) {
				t.Errorf("%s: %q is in it", kind, bad)
			}
		}
		if !strings.Contains(text, "&lt;script&gt;") {
			t.Errorf("%s: the name is not in it as text", kind)
		}
	}
	dir := t.TempDir()
	if _, err := r.WriteFigures(dir); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		if !regexp.MustCompile(`^[a-z0-9-]+\.(svg|png)$`).MatchString(filepath.Base(f)) {
			t.Errorf("a file is called %q", filepath.Base(f))
		}
	}
}

// TestFigureFiles: every SVG is well-formed, has a tooltip for each mark, and every picture can be decoded.
func TestFigureFiles(t *testing.T) {
	r := results(t, file("lwbench sweep", virtual,
		cell("Xio", "sfbuf", 1, "500 cycles/op"), cell("Xio", "sfbuf", 2, "700 cycles/op"), cell("Xio", "lwbuf", 1, "600 cycles/op"), cell("Xio", "lwbuf", 2, "600 cycles/op")))
	dir := filepath.Join(t.TempDir(), "a", "b")
	n, err := r.WriteFigures(dir)
	if err != nil || n != 4 { // two heat maps, cost, throughput
		t.Fatalf("%d figures, %v, want 4", n, err)
	}
	svgs, _ := filepath.Glob(filepath.Join(dir, "*.svg"))
	pngs, _ := filepath.Glob(filepath.Join(dir, "*.png"))
	if len(svgs) != 4 || len(pngs) != 4 {
		t.Fatalf("%d SVG and %d PNG files", len(svgs), len(pngs))
	}
	for _, f := range svgs {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(data)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
		}
		if strings.Contains(f, "cycles-op") && strings.Count(string(data), "<title>") != 4 {
			t.Errorf("%s: %d tooltips for 4 marks", f, strings.Count(string(data), "<title>"))
		}
		if strings.Contains(string(data), "currentColor") {
			t.Errorf("%s: takes its colours from a page", f)
		}
	}
	for _, f := range pngs {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if img, err := png.Decode(bytes.NewReader(data)); err != nil || img.Bounds().Dx() < 600 {
			t.Errorf("%s: %v", f, err)
		}
	}
}

// TestBreakdownIsWhole: the parts of each bar add up to its cell.
func TestBreakdownIsWhole(t *testing.T) {
	groups := costGroups()
	seen := 0
	for _, p := range recorded(t).panels {
		for _, c := range p.curves {
			for _, pt := range c.points {
				if seen++; p.Engine == "virtual" && !pt.wantBreakdown(groups) {
					t.Errorf("%s, %s, %d CPUs: the costs are not cycles/op", p.title(), c.label, pt.cpus)
				}
			}
		}
	}
	if seen < 200 {
		t.Errorf("%d cells", seen)
	}
}

// TestLooks: no two designs of the list look the same.
func TestLooks(t *testing.T) {
	seen := map[string]int{}
	for place := range 40 {
		l := lookOf(&curve{place: place})
		key := fmt.Sprint(l.hex, l.mark.shape, len(l.dash))
		if other, ok := seen[key]; ok {
			t.Errorf("designs %d and %d look the same", other, place)
		}
		seen[key] = place
	}
}

func TestNumbers(t *testing.T) {
	for _, k := range []struct {
		v    float64
		unit string
		want string
	}{
		{0, "cycles/op", "0"},
		{1357363.07, "cycles/op", "1,357,363"},
		{565.446, "cycles/op", "565"},
		{99.96, "", "100"},
		{30.84, "", "30.8"},
		{0.75, "reuse", "0.75"},
		{0.000123, "", "0.000123"},
		{2e-6, "", "2.0e-06"},
		{9.999, "", "10"},
		{1.5e-7, "sec/op", "150 ns"},
		{0.0123, "sec/op", "12.3 ms"},
		{2, "sec/op", "2 s"},
		{1e16, "", "1.00e+16"},
	} {
		if got := number(k.v, k.unit); got != k.want {
			t.Errorf("%v %s: got %q, want %q", k.v, k.unit, got, k.want)
		}
	}
}

// tenThousand is a result file of 10,000 cells: designs, workloads, machines and CPUs in even shares.
func tenThousand() string {
	var lines []string
	b := &strings.Builder{}
	fmt.Fprint(b, "# made by: lwbench sweep everything\nengine: virtual\n")
	for m := range 4 {
		lines = lines[:0]
		for w := range 25 {
			for d := range 10 {
				for c := range 10 {
					v := fmt.Sprintf("%d cycles/op %d p50-cycles %d p99-cycles %d max-cycles %d use-cycles/op %d lockwait-cycles/op 0.5 reuse 100 kva-pages 0 stale 0 faults",
						600+d*c*10, 500+d, 900+d, 5000+c, 600, d*c*10)
					lines = append(lines, cell(fmt.Sprintf("W%c", 'a'+w), fmt.Sprintf("design%d", d), 1<<c, v))
				}
			}
		}
		fmt.Fprintf(b, "machine: m%d\n\nBenchmark%s\n", m, strings.Join(lines, "\nBenchmark"))
	}
	return b.String()
}

func BenchmarkTenThousandCells(b *testing.B) {
	text := tenThousand()
	for b.Loop() {
		r := results(b, text)
		if r.cells != 10_000 {
			b.Fatalf("%d cells", r.cells)
		}
		if err := r.HTML(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTenThousandCells: the page of ten thousand cells allocates less than 1 GiB in all. A writer that is quadratic in the
// cells exceeds that; BenchmarkTenThousandCells measures the time.
func TestTenThousandCells(t *testing.T) {
	if testing.Short() {
		t.Skip("a second of CPU time")
	}
	r := results(t, tenThousand())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := r.HTML(io.Discard); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<30 {
		t.Errorf("10,000 cells allocated %d MiB, want at most 1024", used>>20)
	} else {
		t.Logf("%d MiB", used>>20)
	}
}
