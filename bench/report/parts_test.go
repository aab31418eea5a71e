package report

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestTicks(t *testing.T) {
	labels := func(lo, hi float64, unit string) string {
		var s []string
		for _, k := range logTicks(lo, hi, unit) {
			if k.Label != "" {
				s = append(s, k.Label)
			}
		}
		return strings.Join(s, " ")
	}
	for _, k := range []struct {
		lo, hi float64
		unit   string
		want   string
	}{
		{500, 1.5e6, "cycles/op", "1k 10k 100k 1M"},
		{90, 2500, "cycles/op", "100 200 500 1k 2k"},
		{700, 900, "cycles/op", "700 750 800 850 900"},
		{1e-9, 2e-6, "sec/op", "1 ns 10 ns 100 ns 1 µs"},
	} {
		if got := labels(k.lo, k.hi, k.unit); got != k.want {
			t.Errorf("%v to %v %s: got %q, want %q", k.lo, k.hi, k.unit, got, k.want)
		}
	}
	for _, k := range xTicks([]float64{1, 2, 4, 1024, 131072}) {
		if k.Value == 1024 && k.Label != "1024" {
			t.Errorf("1024 is labelled %q", k.Label)
		}
	}
}

func TestCrossing(t *testing.T) {
	r := results(t, file("lwbench sweep", virtual,
		cell("Xio", "sfbuf", 2, "100 cycles/op"), cell("Xio", "sfbuf", 8, "1600 cycles/op"),
		cell("Xio", "lwbuf", 2, "400 cycles/op"), cell("Xio", "lwbuf", 8, "400 cycles/op")))
	p := r.panels[0]
	a, b := p.curves[0], p.curves[1]
	if got := crossing(a, b, 2, 8); math.Abs(got-4) > 1e-9 { // on logarithms the middle of 2 and 8
		t.Errorf("got %v, want 4", got)
	}
	for _, got := range []float64{crossing(a, a, 2, 8), crossing(a, b, 8, 8), crossing(a, b, 2, 4)} {
		if got != 0 {
			t.Errorf("no crossing: got %v", got)
		}
	}
}

func TestTunableFigures(t *testing.T) {
	var lines []string
	for _, v := range []string{"1024", "64", "256"} {
		for _, n := range []string{"1", "8"} {
			lines = append(lines, "Sendfile/alloc=sfbuf/sfbuf.nsfbufs="+v+"/sfbuf.quick=1/cpus="+n+" 1 "+v+" cycles/op 0."+v+" reuse "+v+" kva-pages")
		}
	}
	r := results(t, file("lwbench sweep pool-size", virtual, lines...))
	var names []string
	for _, f := range r.Figures(r.panels[0]) {
		names = append(names, f.Title)
		if strings.HasPrefix(f.Title, "reuse") && strings.Join(f.Table.Head, " ") != "reuse CPUs nsfbufs=64 nsfbufs=256 nsfbufs=1024" {
			t.Errorf("the values are not in their order: %q", f.Table.Head)
		}
	}
	for _, want := range []string{"cycles/op of sfbuf", "reuse of sfbuf", "kva-pages of sfbuf"} {
		if !slices.ContainsFunc(names, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("no figure %q in %q", want, names)
		}
	}
	two := results(t, file("lwbench sweep", virtual, lines[:4]...))
	if got := tuningFigures(two.panels[0]); len(got) != 0 {
		t.Errorf("two values made %d figures", len(got))
	}
}

// TestHeatColours: the scale of the heat map gets monotonically darker, so that it can be read without colours.
func TestHeatColours(t *testing.T) {
	last := math.Inf(1)
	for ratio := 1.0; ratio < 300; ratio *= 1.2 {
		c, dark := heatColour(ratio)
		r, g, b, _ := c.RGBA()
		y := 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
		if y > last {
			t.Errorf("%v is lighter than what is less", ratio)
		}
		last = y
		contrast := (y + 0.05) / 0.05 // with black text
		if dark {
			contrast = 1.05 / (y + 0.05)
		}
		if contrast < 4 {
			t.Errorf("%v: the contrast of its text is %.1f", ratio, contrast)
		}
	}
	if _, dark := heatColour(0.5); dark {
		t.Error("better than the best is dark")
	}
}

// linear removes a colour's gamma.
func linear(v uint32) float64 {
	x := float64(v) / 0xffff
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func TestMarkdownTable(t *testing.T) {
	r := results(t, file("lwbench sweep", virtual, cell("Xio", "sfbuf", 1, "565.4 cycles/op"), cell("Xio", "lwbuf", 1, "1719 cycles/op")))
	want := "| cycles/op | 1 CPU |\n|-----------|------:|\n| sfbuf     |  *565 |\n| lwbuf     | 1,719 |\n"
	if got := markdown(t, r); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestZeroIsInTheTable: a logarithmic axis has no 0. The table has the value, and the note says that the figure leaves it out.
func TestZeroIsInTheTable(t *testing.T) {
	lines := func(values ...string) (lines []string) {
		for _, v := range values {
			lines = append(lines, "Xio/alloc=lwbuf-rbtree/lwbuf-rbtree.max="+v+"/cpus=8 1 1"+v+" cycles/op")
		}
		return lines
	}
	r := results(t, file("lwbench sweep", virtual, lines("64", "0", "16", "256")...))
	list := tuningFigures(r.panels[0])
	if len(list) != 1 {
		t.Fatalf("%d figures", len(list))
	}
	if got := strings.Join(list[0].Table.Head, " ") + ": " + strings.Join(list[0].Table.Rows[0], " "); got != "cycles/op CPUs max=0 max=16 max=64 max=256: lwbuf-rbtree 8 *10 116 164 1,256" {
		t.Error(got)
	}
	if !strings.Contains(list[0].Note, "max=0 is in the table only: the axis is logarithmic.") {
		t.Error(list[0].Note)
	}
	checkLayout(t, list[0])
	r = results(t, file("lwbench sweep", virtual, lines("64", "16", "256")...))
	if note := tuningFigures(r.panels[0])[0].Note; strings.Contains(note, "=0") {
		t.Error(note)
	}
	r = results(t, file("lwbench sweep", virtual, lines("0", "16", "256")...))
	if n := len(tuningFigures(r.panels[0])); n != 0 {
		t.Errorf("two values that can be drawn made %d figures", n)
	}
}

// TestNotesFitTheData: no figure speaks of repetitions under single runs; where only some cells ran again, it says so.
func TestNotesFitTheData(t *testing.T) {
	once := []string{cell("Xio", "sfbuf", 1, "500 cycles/op 500 use-cycles/op"), cell("Xio", "sfbuf", 4, "900 cycles/op 900 use-cycles/op"), cell("Xio", "lwbuf", 1, "700 cycles/op 700 use-cycles/op"), cell("Xio", "lwbuf", 4, "710 cycles/op 710 use-cycles/op")}
	for _, k := range []struct {
		lines []string
		want  string // in the note of the figure of the cost
	}{
		{once, ""},
		{append(once[:4:4], once[3]), "1 of 4 marks is the median of several runs; a bar spans them."},
		{append(once[:4:4], once...), "Marks are medians; bars span the repetitions."},
	} {
		r := results(t, file("lwbench sweep", virtual, k.lines...))
		for _, f := range r.Figures(r.panels[0]) {
			switch several := strings.Contains(f.Note, "median") || strings.Contains(f.Note, "epetition"); {
			case several != (k.want != "") && strings.Contains(f.Name, "cycles-op"):
				t.Errorf("%d results: %s: %q", len(k.lines), f.Title, f.Note)
			case several && k.want == "":
				t.Errorf("single runs: %s: %q", f.Title, f.Note)
			case strings.HasPrefix(f.Title, "cycles/op against") && !strings.Contains(f.Note, k.want):
				t.Errorf("%d results: %s: %q, want %q", len(k.lines), f.Title, f.Note, k.want)
			}
		}
	}
}
