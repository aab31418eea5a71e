package report

import (
	"fmt"
	"strings"
	"testing"
)

// TestScalingOfBothEngines: the same design, in cycles and in seconds of all CPUs, has the same coefficients.
func TestScalingOfBothEngines(t *testing.T) {
	var virt, live []string
	for _, n := range []int{1, 2, 4, 8, 16} {
		cost := 100 * (1 + 0.05*float64(n-1) + 0.002*float64(n*(n-1)))
		virt = append(virt, cell("Xio", "sfbuf", n, fmt.Sprintf("%v cycles/op", cost)))
		live = append(live, cell("Xio", "sfbuf", n, fmt.Sprintf("%v sec/op", cost*1e-9)))
	}
	for _, text := range []string{file("lwbench sweep", virtual, virt...), file("lwbench sweep", "engine: live\nmachine: host\npin: core", live...)} {
		p := results(t, text).panels[0]
		row := strings.Join(p.uslTable().Rows[0], " | ")
		if want := "sfbuf | 0.05 | 0.002 | 22 CPUs | 0 % | good"; strings.ReplaceAll(row, "< 1 %", "0 %") != want {
			t.Errorf("%s: got %s, want %s", p.Unit, row, want)
		}
	}
}

func TestFitsAreJudged(t *testing.T) {
	steps := []string{}
	for n, v := range map[int]string{1: "500", 2: "510", 4: "9000", 8: "9100", 16: "500000"} {
		steps = append(steps, cell("Xio", "sfbuf", n, v+" cycles/op"))
	}
	steps = append(steps, cell("Xio", "lwbuf", 1, "1 cycles/op"), cell("Xio", "lwbuf", 2, "1 cycles/op"))
	rows := results(t, file("lwbench sweep", virtual, steps...)).panels[0].uslTable().Rows
	if got := rows[0][5]; !strings.HasPrefix(got, "poor") {
		t.Errorf("steps: %q", got)
	}
	if got := rows[1][5]; got != "2 points, a fit needs 4" {
		t.Errorf("two points: %q", got)
	}
}

// TestSummary: the summary counts each contest once, and gives a tied one to no design.
func TestSummary(t *testing.T) {
	r := results(t, file("lwbench sweep", virtual,
		cell("Xio", "sfbuf", 1, "100 cycles/op"), cell("Xio", "lwbuf", 1, "200 cycles/op"),
		cell("Xio", "sfbuf", 2, "300 cycles/op"), cell("Xio", "lwbuf", 2, "200 cycles/op"),
		cell("Exec", "sfbuf", 1, "1000 cycles/op"), cell("Exec", "lwbuf", 1, "1001 cycles/op"),
		cell("Pipe", "sfbuf", 1, "100 cycles/op"), cell("Pipe", "lwbuf", 1, "200 cycles/op"), cell("Pipe", "lwbuf", 4, "1 cycles/op")))
	want := "On haswell-2s, of 4 contests (a workload at a number of CPUs), the cheapest is sfbuf in 2 and lwbuf in 1; 1 tie."
	if got := r.summary(); len(got) != 1 || got[0] != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	alone := results(t, file("lwbench sweep", virtual, cell("Xio", "sfbuf", 1, "100 cycles/op")))
	if got := alone.summary(); len(got) != 1 || got[0] != "On haswell-2s there is no contest." {
		t.Errorf("alone: %q", got)
	}
}

// TestUndrawnPanelsHaveTables: a page with more panels than it draws says so, and shows their tables.
func TestUndrawnPanelsHaveTables(t *testing.T) {
	var lines []string
	for i := range maxDrawn + 3 {
		lines = append(lines, cell(fmt.Sprintf("W%d", i), "sfbuf", 1, "5 cycles/op"), cell(fmt.Sprintf("W%d", i), "sfbuf", 2, "6 cycles/op"))
	}
	text := page1(t, results(t, file("lwbench sweep", virtual, lines...)))
	if !strings.Contains(text, "The last 3 panels have tables instead of figures") {
		t.Error("the page does not say what it leaves out")
	}
	if _, last, _ := strings.Cut(text, fmt.Sprintf(`id="w%d-on-haswell-2s"`, maxDrawn+2)); !strings.Contains(last, "<table>") {
		t.Error("the last panel has no table")
	}
}
