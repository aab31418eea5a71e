package report

import (
	"slices"
	"strings"
	"testing"
)

// twoDesigns has two designs at two numbers of CPUs, one of them with its costs.
func twoDesigns(t *testing.T) (*Results, *Panel) {
	t.Helper()
	costs := "100 cycles/op 60 use-cycles/op 40 lockwait-cycles/op 0.5 reuse 7 own-unit"
	r := results(t, file("lwbench sweep", virtual,
		cell("Xio", "sfbuf", 1, costs), cell("Xio", "sfbuf", 4, strings.Replace(strings.Replace(costs, "100", "200", 1), "40", "140", 1)),
		cell("Xio", "lwbuf", 1, "150 cycles/op"), cell("Xio", "lwbuf", 4, "150 cycles/op")))
	return r, r.Panels()[0]
}

func TestOnly(t *testing.T) {
	_, p := twoDesigns(t)
	if got := p.Labels(); !slices.Equal(got, []string{"sfbuf", "lwbuf"}) {
		t.Fatalf("labels %q", got)
	}
	q := p.Only([]string{"lwbuf"})
	if got := q.Labels(); !slices.Equal(got, []string{"lwbuf"}) {
		t.Errorf("labels %q", got)
	}
	if lookOf(q.curves[0]).hex != lookOf(p.curves[1]).hex {
		t.Error("the design has a different colour when shown alone")
	}
	for _, none := range [][]string{nil, {"nobody"}} {
		if got := p.Only(none).Labels(); len(got) != 2 {
			t.Errorf("%q: labels %q", none, got)
		}
	}
	if len(p.Labels()) != 2 {
		t.Error("the panel itself was changed")
	}
}

func TestUnits(t *testing.T) {
	_, p := twoDesigns(t)
	want := []string{"cycles/op", "use-cycles/op", "lockwait-cycles/op", "reuse", "own-unit"}
	if got := p.Units(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPair(t *testing.T) {
	r, p := twoDesigns(t)
	if got := p.Cells(); !slices.Equal(got, []string{"sfbuf on 1 CPU", "sfbuf on 4 CPUs", "lwbuf on 1 CPU", "lwbuf on 4 CPUs"}) {
		t.Fatalf("cells %q", got)
	}
	f, table, err := r.Pair(p, "sfbuf on 1 CPU", "sfbuf on 4 CPUs")
	if err != nil || f == nil {
		t.Fatal(f, err)
	}
	checkLayout(t, f)
	if got := strings.Join(table.Rows[2], " "); got != "lockwait-cycles/op 40 140 3.50×" {
		t.Errorf("got %q", got)
	}
	if f, table, err := r.Pair(p, "sfbuf on 1 CPU", "lwbuf on 1 CPU"); err != nil || f != nil || len(table.Rows) != 1 {
		t.Errorf("a cell without costs: %v, %v, %v", f, table, err)
	}
	if _, _, err := r.Pair(p, "sfbuf on 1 CPU", "nobody\non 3 CPUs"); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("no such cell: %v", err)
	}
}

func TestOver(t *testing.T) {
	r, p := twoDesigns(t)
	f := r.Over(p, "reuse")
	if f == nil || len(f.Commands) != 1 || strings.Join(f.Table.Rows[0], " ") != "sfbuf 0.5 0.5" || strings.Join(f.Table.Rows[1], " ") != "lwbuf – –" {
		t.Errorf("got %+v", f)
	}
	if r.Over(p, "no-unit") != nil {
		t.Error("a unit without values is drawn")
	}
}

// TestLiveNames: a live panel is named after the host, and differs from a run without IPI costs.
func TestLiveNames(t *testing.T) {
	config := "engine: live\nmachine: haswell-2s\ncpu: Some CPU\npin: core\nipi-cost: "
	text := cell("Xio", "sfbuf", 1, "1e-6 sec/op 1e-7 p50-sec 2e-7 p99-sec 3e-7 max-sec")
	r := results(t, file("lwbench sweep --engine live", config+"machine", text), file("lwbench sweep --engine live", config+"none", text))
	var got []string
	for _, p := range r.Panels() {
		got = append(got, p.title())
	}
	if want := []string{"xio on Some CPU (live)", "xio on Some CPU, free IPIs (live)"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	f := latencyFigure(r.Panels()[0])
	if f == nil || strings.Join(f.Table.Rows[0], " ") != "sfbuf 1 100 ns 200 ns 300 ns" {
		t.Errorf("latency: %+v", f)
	}
}
