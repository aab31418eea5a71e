package report

import (
	"fmt"
	"strings"
	"testing"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
)

// TestRefine: only cells that decide who wins and are uncertain run again.
func TestRefine(t *testing.T) {
	type figure struct{ cost, half, drift, unsteady float64 }
	for _, k := range []struct {
		name, grid string
		figures    []figure // of naive, sfbuf and lwbuf
		want       string
	}{
		{"a clear lead", "", []figure{{1000, .01, 0, 0}, {500, .01, 0, 0}, {700, .01, 0, 0}}, ""},
		{"a clear tie", "", []figure{{1000, .01, 0, 0}, {500, .001, 0, 0}, {501, .001, 0, 0}}, ""},
		{
			"a lead that could pass for a tie", "",
			[]figure{{1000, .01, 0, 0}, {500, .01, 0, 0}, {515, .01, 0, 0}},
			"sfbuf seed 2, sfbuf seed 3, lwbuf seed 2, lwbuf seed 3",
		},
		{"the cheapest has not settled", "", []figure{{1000, .01, 0, 0}, {500, .01, -.1, record.Drifting}, {700, .01, 0, 0}}, "sfbuf longer"},
		{"another could get cheaper", "", []figure{{1000, .01, 0, 0}, {500, .01, 0, 0}, {600, .01, -.1, record.GrowingKVA}}, "lwbuf longer"},
		{"another cannot get so cheap", "", []figure{{1000, .01, -.1, record.Drifting}, {500, .01, 0, 0}, {700, .01, 0, 0}}, ""},
		{"imprecise beside another", "", []figure{{1000, .01, 0, 0}, {500, .05, 0, record.WideSpread}, {520, .01, 0, 0}}, "sfbuf longer"},
		{"imprecise, and a tie all the same", "", []figure{{1000, .01, 0, 0}, {500, .005, 0, record.WideSpread}, {501, .001, 0, 0}}, ""},
		{"imprecise and far ahead", "", []figure{{1000, .01, 0, 0}, {500, .05, 0, record.WideSpread}, {800, .01, 0, 0}}, ""},
		{"imprecise, and far too dear", "", []figure{{100_000, 1.2, 0, record.WideSpread}, {500, .01, 0, 0}, {700, .01, 0, 0}}, ""},
		{"operations that are given", "\nops: 100", []figure{{1000, .01, 0, 0}, {500, .01, -.1, record.Drifting}, {700, .01, 0, 0}}, ""},
		{"repetitions that are given", "\nreps: 3", []figure{{1000, .01, 0, 0}, {500, .01, -.1, record.Drifting}, {700, .01, 0, 0}}, ""},
	} {
		cells := gridOf(t, "alloc: [naive, sfbuf, lwbuf]\nworkload: [xio]\ncpus: [8]"+k.grid).Cells()
		var results []*record.Result
		for i, c := range cells {
			f := k.figures[i*len(k.figures)/len(cells)]
			key := c.Key()
			name, err := record.ParseName("Xio/alloc=" + c.Design.Name + "/cpus=8")
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, &record.Result{
				Name:   name,
				Config: []record.Setting{{Name: record.KeyEngine, Value: key.Engine}, {Name: record.KeyMachine, Value: key.Machine}},
				Values: []record.Value{
					{Unit: "cycles/op", Value: f.cost}, {Unit: record.HalfWidth, Value: f.half}, {Unit: record.Drift, Value: f.drift}, {Unit: record.Unsteady, Value: f.unsteady},
				},
			})
		}
		var got []string
		for _, c := range refined(t, cells, results) {
			got = append(got, fmt.Sprint(c.Design.Name, " ", c.Key().Run))
			if long := c.Key().Run == record.Longer; long != (c.Until.Most > cells[0].Until.Most) || long == (c.Rep > 0) {
				t.Errorf("%s: %s of repetition %d, at most %d operations", k.name, c.Key().Run, c.Rep, c.Until.Most)
			}
		}
		if strings.Join(got, ", ") != k.want {
			t.Errorf("%s: %q, want %q", k.name, got, k.want)
		}
	}
}

func gridOf(t *testing.T, yaml string) *plan.Grid {
	t.Helper()
	o, err := plan.ParseSweep("t.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	g, err := o.Resolve(testLists())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func refined(t *testing.T, cells []*bench.Cell, results []*record.Result) []*bench.Cell {
	t.Helper()
	again, err := Refine(testLists(), cells, results, longer)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// TestRefineAgain: a cell that ran longer and could still be the cheapest, or is too imprecise beside another, runs longest; where it
// decided the contest, nothing runs again. What the second round chooses does not depend on its own results.
func TestRefineAgain(t *testing.T) {
	cells := gridOf(t, "alloc: [naive, sfbuf, lwbuf]\nworkload: [xio]\ncpus: [8]").Cells()
	result := func(design, run string, cost, drift, unsteady float64) *record.Result {
		name, err := record.ParseName("Xio/alloc=" + design + "/cpus=8")
		if err != nil {
			t.Fatal(err)
		}
		r := &record.Result{
			Name:   name,
			Config: []record.Setting{{Name: record.KeyEngine, Value: cells[0].Key().Engine}, {Name: record.KeyMachine, Value: cells[0].Key().Machine}},
			Values: []record.Value{
				{Unit: "cycles/op", Value: cost}, {Unit: record.HalfWidth, Value: .01}, {Unit: record.Drift, Value: drift}, {Unit: record.Unsteady, Value: unsteady},
			},
		}
		if run != "" {
			r.Config = append(r.Config, record.Setting{Name: record.KeyRun, Value: run})
		}
		return r
	}
	for _, k := range []struct {
		name           string
		cost, drift    float64 // of lwbuf, longer
		state, settled float64 // the code of unsteady: of lwbuf, longer; of lwbuf, longest, which may not matter
		want           string
	}{
		{"settled", 600, 0, 0, 0, ""},
		{"not settled, and decided", 900, -.1, record.Drifting, 0, ""},
		{"not settled, and open", 600, -.2, record.Drifting, 0, "lwbuf longest"},
		{"the same when that has run", 600, -.2, record.Drifting, record.Drifting, "lwbuf longest"},
	} {
		results := []*record.Result{
			result("naive", "", 1000, 0, 0), result("sfbuf", "", 500, 0, 0), result("lwbuf", "", 800, -.4, record.Drifting),
			result("lwbuf", record.Longer, k.cost, k.drift, k.state),
		}
		if k.settled > 0 {
			results = append(results, result("lwbuf", record.Longest, 450, 0, 0))
		}
		again, err := Refine(testLists(), cells, results, longest)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range again {
			got = append(got, c.Design.Name+" "+c.Key().Run)
			if c.Until.Most <= cells[0].Longer().Until.Most {
				t.Errorf("%s: %s: at most %d operations", k.name, c.Design.Name, c.Until.Most)
			}
		}
		if strings.Join(got, ", ") != k.want {
			t.Errorf("%s: %q, want %q", k.name, got, k.want)
		}
	}
	if again, err := Refine(testLists(), cells, []*record.Result{
		result("naive", "", 1000, 0, 0), result("sfbuf", "", 500, 0, 0), result("lwbuf", "", 505, 0, 0), result("lwbuf", "seed 2", 800, 0, 0),
	}, longest); err != nil || len(again) > 0 {
		t.Errorf("after more seeds: %d cells, %v", len(again), err)
	}
}

// TestRefineRough: of a crowded column, the rough cells that come near the cheapest run precisely, and no others.
func TestRefineRough(t *testing.T) {
	cells := bench.Screened(gridOf(t, "alloc: [naive, sfbuf, sfbuf-2009, sfbuf-2010, lwbuf, lwbuf-rbtree, emap, genbuf]\nworkload: [xio]\ncpus: [8]").Cells())
	costs := map[string]struct{ cost, half, unsteady, ops float64 }{
		"naive":        {9000, .1, record.WideSpread, 8000},   // far away
		"sfbuf":        {900, .1, record.WideSpread, 8000},    // could be near
		"sfbuf-2009":   {1500, 1.5, record.WideSpread, 8000},  // nothing is known of it
		"sfbuf-2010":   {900, .1, record.WideSpread, 150_000}, // has run as long as a cell runs
		"lwbuf":        {710, .01, 0, 8000},                   // precise
		"lwbuf-rbtree": {700, .05, record.WideSpread, 8000},   // the cheapest
		"emap":         {700, .05, record.Drifting, 150_000},  // not settled
		"genbuf":       {2000, .05, record.WideSpread, 8000},  // far away
	}
	var results []*record.Result
	for _, c := range cells {
		f := costs[c.Design.Name]
		if c.Until.Rough == 0 {
			t.Errorf("%s is not rough", c.Design.Name)
		}
		name, err := record.ParseName("Xio/alloc=" + c.Design.Name + "/cpus=8")
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, &record.Result{
			Name:   name,
			Config: []record.Setting{{Name: record.KeyEngine, Value: c.Key().Engine}, {Name: record.KeyMachine, Value: c.Key().Machine}},
			Values: []record.Value{
				{Unit: "cycles/op", Value: f.cost}, {Unit: record.HalfWidth, Value: f.half}, {Unit: record.Drift}, {Unit: record.Unsteady, Value: f.unsteady}, {Unit: record.RunOps, Value: f.ops},
			},
		})
	}
	again, err := Refine(testLists(), cells, results, precisely)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range again {
		got = append(got, c.Design.Name)
		if c.Key().Run != record.Precise || c.Until.Rough != 0 || c.Until.Most != cells[0].Until.Most {
			t.Errorf("%s: %q, %+v", c.Design.Name, c.Key().Run, c.Until)
		}
	}
	if got := strings.Join(got, " "); got != "sfbuf sfbuf-2009 lwbuf-rbtree" {
		t.Error(got)
	}
}

// TestScreened: a few designs are compared precisely, and so is what the user fixed.
func TestScreened(t *testing.T) {
	for yaml, want := range map[string]bool{
		"workload: [xio]\ncpus: [8]":                              true,
		"alloc: [sfbuf, lwbuf]\nworkload: [xio, pipe]\ncpus: [8]": false,
		"workload: [xio]\ncpus: [8]\nops: 100":                    false,
		"workload: [xio]\ncpus: [8]\nreps: 2":                     false,
	} {
		for _, c := range bench.Screened(gridOf(t, yaml).Cells()) {
			if rough := c.Until != nil && c.Until.Rough > 0; rough != want {
				t.Fatalf("%q: %s: %v", yaml, c.Name(), rough)
			}
		}
	}
}
