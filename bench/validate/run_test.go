package validate

import (
	"context"
	"errors"
	"html"
	"reflect"
	"strings"
	"testing"

	"lwbench/allocators/all"
	"lwbench/bench/plan"
	"lwbench/bench/workload"
	"lwbench/internal/testsize"
	"lwbench/mmu/machines"
)

func lists() plan.Lists {
	return plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load}
}

// TestEveryTablePlans: the embedded tables name designs, tunables, workloads and machines that exist.
func TestEveryTablePlans(t *testing.T) {
	for _, name := range Names() {
		table, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewPlan([]*Table{table}, lists()); err != nil {
			t.Error(err)
		}
	}
}

// TestEveryTableHolds: no order is reversed, and what is off says why.
func TestEveryTableHolds(t *testing.T) {
	var tables []*Table
	for _, name := range testsize.Choose(testsize.Some(Names(), 0), Names(), Names()) {
		table, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	p, err := NewPlan(tables, lists())
	if err != nil {
		t.Fatal(err)
	}
	list, err := p.Run(context.Background(), 2, func() {})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.Failed() {
			t.Errorf("%s: %+v %+v", o.Table.Name, o.Predictions, o.Orders)
		}
	}
}

// TestRunAmit predicts two figures that a machine file was fitted to, and gives the same outcome for any number of
// jobs.
func TestRunAmit(t *testing.T) {
	var first []*Outcome
	for _, jobs := range []int{1, 3} {
		table, err := Load("amit-2019")
		if err != nil {
			t.Fatal(err)
		}
		p, err := NewPlan([]*Table{table}, lists())
		if err != nil {
			t.Fatal(err)
		}
		done := 0
		list, err := p.Run(context.Background(), jobs, func() { done++ })
		if err != nil {
			t.Fatal(err)
		}
		if p.Cells() != len(table.Cells) || done != p.Cells() {
			t.Errorf("%d cells planned, %d done, want %d", p.Cells(), done, len(table.Cells))
		}
		for i := range list[0].Predictions {
			list[0].Predictions[i].Row = nil
		}
		list[0].Table = nil
		if first == nil {
			first = list
		} else if !reflect.DeepEqual(first, list) {
			t.Errorf("%d jobs: %+v, want %+v", jobs, list[0], first[0])
		}
	}
}

func TestRunStops(t *testing.T) {
	table, err := parse("t.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p, err := NewPlan([]*Table{table}, lists())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(ctx, 2, func() {}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}

func TestPlanRefuses(t *testing.T) {
	for _, k := range []struct{ old, new, want string }{
		{"machine: haswell-2s", "machine: vax", `t: cell one: no machine "vax"`},
		{"cpus: 1}", "cpus: 1, with: {ipi.snd: 3}}", "t: cell one: machine haswell-2s: no figure \"ipi.snd\": did you mean ipi.send?"},
		{"workload: xio", "workload: xoi", `t: cell two: no workload "xoi"`},
		{"ops: 10", "set: {sfbuf.nsfbufs: 3}", "t: cell two: sfbuf.nsfbufs"},
		{"loop: shootdown, cpus: 1", "loop: map, alloc: lwbff, cpus: 1", `t: cell one: no allocator "lwbff": did you mean lwbuf?`},
		{"loop: shootdown, cpus: 1", "loop: map, alloc: lwbuf, cpus: 1, set: {sfbuf.quick: 1}", "t: cell one: sfbuf.quick: lwbuf has no such tunable"},
		{"loop: shootdown, cpus: 1", "loop: shootdown, cpus: 1, set: {sfbuf.quick: 1}", "t: cell one: set: the loop runs no design"},
	} {
		table, err := parse("t.yaml", []byte(strings.Replace(good, k.old, k.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewPlan([]*Table{table}, lists()); err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", k.new, err, k.want)
		}
	}
}

// loopUnits runs a loop on haswell-2s without hyper-threads.
func loopUnits(t *testing.T, name string, cpus int, param map[string]string) map[string]any {
	t.Helper()
	c := cell{Loop: name, CPUs: cpus, Machine: "haswell-2s", Param: param, With: map[string]float64{"topology.threads": 1}}
	if name == "map" {
		c.Alloc = "lwbuf"
	}
	run, err := c.prepare(lists())
	if err != nil {
		t.Fatal(err)
	}
	u, err := run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestLoops checks consequences of the loops' definitions.
func TestLoops(t *testing.T) {
	cycles := func(name string, cpus int, param map[string]string) float64 {
		return loopUnits(t, name, cpus, param)["cycles"].(float64)
	}
	if got := cycles("shootdown", 1, nil); got != 216 {
		t.Errorf("one CPU invalidates a page of its own in %v cycles, invlpg is 216", got)
	}
	if got := cycles("shootdown", 1, map[string]string{"pages": "10", "work": "100"}); got != 2260 {
		t.Errorf("ten pages and 100 cycles of work take %v, want 2260", got)
	}
	busy, idle := cycles("shootdown", 8, nil), cycles("shootdown", 8, map[string]string{"idle": "1"})
	if busy < 1000 || idle > busy {
		t.Errorf("8 CPUs: %v cycles, %v with the others idle", busy, idle)
	}
	one, four := loopUnits(t, "lock", 1, nil), loopUnits(t, "lock", 4, nil)
	if one["cycles"].(float64) < 200 || four["cycles"].(float64) < 3*200 {
		t.Errorf("lock: %v cycles alone, %v of four", one["cycles"], four["cycles"])
	}
	if apart := loopUnits(t, "lock", 4, map[string]string{"locks": "4"}); apart["ops_s"].(float64) < 3*four["ops_s"].(float64) {
		t.Errorf("lock: %v operations a second with one lock, %v with four", four["ops_s"], apart["ops_s"])
	}
	if got := cycles("lock", 4, map[string]string{"shootdowns": "1"}); got < 2*four["cycles"].(float64) {
		t.Errorf("lock: %v cycles with a shootdown under it, %v without", got, four["cycles"])
	}
	tas, ttas := cycles("lock", 16, map[string]string{"kind": "tas"}), cycles("lock", 16, map[string]string{"kind": "ttas"})
	if tas <= ttas {
		t.Errorf("lock: %v cycles with tas, %v with ttas", tas, ttas)
	}
	if got := cycles("window", 2, map[string]string{"pages": "4", "active": "1"}); got < 4*216 {
		t.Errorf("window: %v cycles for four local invalidations of 216", got)
	}
	free, under := cycles("unmap", 4, nil), cycles("unmap", 4, map[string]string{"locked": "1", "kva": "1", "pages": "2"})
	if free < 1000 || under < free {
		t.Errorf("unmap: %v cycles, %v under a lock", free, under)
	}
	if got := cycles("map", 4, map[string]string{"active": "2", "batch": "2", "bytes": "4096"}); got < 2*410 {
		t.Errorf("map: %v cycles for two copies of 410", got)
	}
}

// TestPage: the page and the Markdown hold the same words, and the page escapes what a file says.
func TestPage(t *testing.T) {
	o := &Outcome{
		Table: &Table{Name: "t", Source: "a <b> & c", Read: "all of it", NotClaimed: "nothing"},
		Predictions: []Prediction{
			{Row: &Row{Name: "one", Unit: "x", Published: Range{2, 2}, WhyOff: "for a reason"}, Value: 1, Ratio: 0.5, Verdict: Explained},
		},
		Orders: []Ordering{{Order: &Order{Why: "it must", Rows: []string{"one", "two"}}, Reversed: [][2]string{{"one", "two"}}}},
	}
	var page, text strings.Builder
	if err := Page(&page, "p{}", "lwbench validate 't'", []*Outcome{o}); err != nil {
		t.Fatal(err)
	}
	if err := Write(&text, []*Outcome{o}, true); err != nil {
		t.Fatal(err)
	}
	got := html.UnescapeString(page.String())
	for _, want := range []string{"a <b> & c", "one is off: for a reason", "ORDER REVERSED: one is published below two", "read: all of it", "not claimed: nothing", "1/2.0x"} {
		if !strings.Contains(text.String(), want) || !strings.Contains(got, want) {
			t.Errorf("no %q in the page or the text:\n%s\n%s", want, got, text.String())
		}
	}
	if strings.Contains(page.String(), "<b>") {
		t.Error("the source is not escaped")
	}
}
