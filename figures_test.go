package lwbench_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lwbench/allocators/all"
	"lwbench/bench/record"
	"lwbench/internal/splice"
	"lwbench/mmu/machines"
)

// recorded is the file of the default sweep; the .table beside it is what lwbench report --format text prints of it.
const recorded = "results/recorded/default"

// TestFigures: the tables and figures of README.md and docs are those of the recorded results. go test . -update writes them.
func TestFigures(t *testing.T) {
	table := read(t, recorded+".table")
	splice.Check(t, ".", "README.md", []splice.Table{
		{Name: "sweep", Text: "```\n" + answer(t, table) + "```\n"},
		{Name: "designs", Text: designs(t)},
	}, []splice.Figure{
		{Sentence: "pages come back: {} times the cheapest design on 32 CPUs", Value: ratio(t, table, "lwbuf-rbtree", 32)},
		{Sentence: "when it asks for the address. That costs {} times the cheapest design on 32 CPUs", Value: ratio(t, table, "lwbuf", 32)},
		{Sentence: "`sfbuf` costs {} times the cheapest design on 2 CPUs", Value: ratio(t, table, "sfbuf", 2)},
		{Sentence: "on 2 CPUs, and {} times on 32", Value: ratio(t, table, "sfbuf", 32)},
		{Sentence: "every page: {} times the cheapest design", Value: ratio(t, table, "sfbuf-2010", 32)},
		{Sentence: "also takes a lock: {} times", Value: ratio(t, table, "naive", 32)},
	})
	splice.Check(t, ".", "docs/MODEL.md", []splice.Table{{Name: "summary", Text: summary(t)}}, nil)
	xio := cells(t, recorded+".txt")
	naive, lwbuf := xio["Xio/alloc=naive/cpus=32"], xio["Xio/alloc=lwbuf/cpus=32"]
	splice.Check(t, ".", "docs/PROFILES.md", nil, []splice.Figure{
		{Sentence: "waits for its lock in {} % of its cycles", Value: rounded(100 * naive["lockwait-cycles/op"] / naive["cycles/op"])},
		{Sentence: "takes {} times fewer cycles", Value: rounded(naive["cycles/op"] / lwbuf["cycles/op"])},
	})
	count := cells(t, "results/recorded/lwbuf-count.txt")
	with, without := count["Xio/alloc=lwbuf/lwbuf.count=1/cpus=64"], count["Xio/alloc=lwbuf/lwbuf.count=0/cpus=64"]
	splice.Check(t, ".", "docs/BIAS.md", nil, append(assumed(t), splice.Figure{
		Sentence: "With it lwbuf costs {} times as much at 64 CPUs", Value: rounded(with["cycles/op"] / without["cycles/op"]),
	}))
}

// assumed counts the figures of each machine file that have no source.
func assumed(t *testing.T) (figures []splice.Figure) {
	t.Helper()
	for _, name := range machines.Names() {
		m, err := machines.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range m.Figures {
			if f.Assumed != "" {
				n++
			}
		}
		figures = append(figures, splice.Figure{Sentence: name + " assumes {}", Value: strconv.Itoa(n)})
		if name == machines.Default {
			figures = append(figures, splice.Figure{Sentence: "of its {} figures", Value: strconv.Itoa(len(m.Figures))})
		}
	}
	return figures
}

// TestConclusions: what README.md concludes from the recorded sweep, as far as it can be put in figures.
func TestConclusions(t *testing.T) {
	table := read(t, recorded+".table")
	for _, k := range []struct {
		design      string
		cpus        int
		least, most float64
		claim       string
	}{
		{"lwbuf-rbtree", 32, 0, 1.1, "a mapping that is found costs little"},
		{"lwbuf", 1, 1, 1.6, "without retained mappings, flush locally"},
		{"lwbuf", 32, 1, 1.6, "without retained mappings, flush locally"},
		{"sfbuf", 2, 1, 1.2, "one cache for all CPUs is good for two CPUs"},
		{"sfbuf", 32, 10, 1000, "one cache for all CPUs is good for two CPUs"},
		{"sfbuf-2010", 32, 4, 1000, "a shootdown for each page does not scale"},
		{"naive", 32, 20, 10000, "a shootdown for each page does not scale"},
	} {
		got, err := strconv.ParseFloat(ratio(t, table, k.design, k.cpus), 64)
		if err != nil || got < k.least || got > k.most {
			t.Errorf("README.md concludes that %s: %s on %d CPUs costs %v times the cheapest design, want %v to %v", k.claim, k.design, k.cpus, got, k.least, k.most)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// answer is the part of a sweep's output that the README shows: all but what is not ranked and what to do next.
func answer(t *testing.T, table string) string {
	t.Helper()
	text, _, found := strings.Cut(table, "\nNot ranked")
	if !found {
		t.Fatalf("%s.table has no line \"Not ranked\"", recorded)
	}
	return text
}

// ratio is the cost of a design on some CPUs in the summary of a sweep, against the cheapest design.
func ratio(t *testing.T, table, design string, cpus int) string {
	t.Helper()
	column := -1
	for _, l := range strings.Split(table, "\n") {
		fields := strings.Fields(regexp.MustCompile(`\(\d+\)`).ReplaceAllString(l, ""))
		switch {
		case len(fields) > 4 && fields[0] == "1" && strings.Contains(l, "mapping"):
			for i, f := range fields {
				if f == strconv.Itoa(cpus) {
					column = i + 1 // the head has no design
					break
				}
			}
		case len(fields) > column && column > 0 && fields[0] == design:
			return strings.TrimLeft(fields[column], "*=~!<"+record.WideMark)
		}
	}
	t.Fatalf("%s.table has no row of %s, or no column of %d CPUs", recorded, design, cpus)
	return ""
}

// rounded prints a figure with as many digits as a reader needs.
func rounded(v float64) string {
	if v < 10 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// cells reads a result file: the figures of each cell by its name and unit.
func cells(t *testing.T, name string) map[string]map[string]float64 {
	t.Helper()
	f, err := record.Read(name, strings.NewReader(read(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]float64{}
	for _, r := range f.Results {
		unit := map[string]float64{}
		for _, v := range r.Values {
			unit[v.Unit] = v.Value
		}
		out[strings.TrimPrefix(r.String(), "Benchmark")] = unit
	}
	return out
}

// summary is the last paragraph of the comparison with published tables.
func summary(t *testing.T) string {
	t.Helper()
	text := strings.TrimSpace(read(t, "docs/VALIDATION.md"))
	last := text[strings.LastIndex(text, "\n\n")+2:]
	if !strings.Contains(last, "unfitted values") {
		t.Fatalf("docs/VALIDATION.md does not end in its summary: %s", last)
	}
	return "> " + strings.ReplaceAll(last, "\n", "\n> ") + "\n"
}

// designs is the table of designs in docs/DESIGNS.md, its links seen from the README. Every design must have a row.
func designs(t *testing.T) string {
	t.Helper()
	_, text, found := strings.Cut(read(t, "docs/DESIGNS.md"), "\n| design |")
	text, _, _ = strings.Cut("| design |"+text, "\n\n")
	for _, d := range all.Designs() {
		if !found || !strings.Contains(text, "\n| ["+d.Name+"](") {
			t.Errorf("docs/DESIGNS.md: the first table has no row of %s", d.Name)
		}
	}
	return strings.ReplaceAll(text, "](#", "](docs/DESIGNS.md#") + "\n"
}
