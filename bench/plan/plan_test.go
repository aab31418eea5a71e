package plan_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lwbench/allocators/all"
	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/workload"
	"lwbench/mmu/machines"
)

func lists() plan.Lists {
	return plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load}
}

func grid(t testing.TB, yaml string) *plan.Grid {
	t.Helper()
	o, err := plan.ParseSweep("t.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	g, err := o.Resolve(lists())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGrid(t *testing.T) {
	g := grid(t, "alloc: [naive, sfbuf, lwbuf]\nworkload: [xio, stray]\ncpus: [1, 2]\nset: {sfbuf.nsfbufs: [16, 64, 256]}\nparam: {xio.pages: [1, 8]}\nreps: 2")
	// xio: 2 parameters x (1 + 3 + 1 choices of tunables) x 2 CPUs x 2 reps; stray without the parameter: half of that.
	if n := len(g.Cells()); n != 40+20 {
		t.Errorf("%d cells, want 60", n)
	}
	if name := g.Cells()[4].Name(); name != "Xio/alloc=sfbuf/sfbuf.nsfbufs=16/xio.pages=1/cpus=1" {
		t.Error(name)
	}
}

// TestWindows: each size of the KVA window is a machine of its own, named after it; the default keeps the machine's name.
func TestWindows(t *testing.T) {
	g := grid(t, "alloc: [lwbuf, lwbuf-rbtree]\nworkload: [xio]\ncpus: [2]\nkva: [64, 69632, 64]\nops: 500")
	var names []string
	for _, m := range g.Machines {
		names = append(names, m.Name)
	}
	if got := strings.Join(names, " "); got != "haswell-2s+kva=64 haswell-2s" {
		t.Error(got)
	}
	for _, c := range g.Cells() {
		r, err := c.Run(t.Context(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if small := c.Machine.KVAPages == 64; c.Design.Name == "lwbuf-rbtree" && small != (r.Out.KVAPages == 64) {
			t.Errorf("%s on %s took %d pages", c.Design.Name, c.Machine.Name, r.Out.KVAPages)
		}
	}
}

// TestTooSmallAWindow: a pool that does not fit into the window that the user has chosen is no failure of the design.
func TestTooSmallAWindow(t *testing.T) {
	g := grid(t, "alloc: [sfbuf]\nworkload: [xio]\ncpus: [1]\nkva: [64]")
	_, err := g.Cells()[0].Run(t.Context(), nil, nil)
	failed, ok := errors.AsType[*bench.CellError](err)
	if !ok || !failed.Stuck() || !failed.Declared() {
		t.Errorf("%v", err)
	}
}

// TestOptional: a workload that few designs can run is in a sweep only where it is named.
func TestOptional(t *testing.T) {
	for text, want := range map[string]bool{"ops: 1": false, "workload: [xfsbuf]": true} {
		g := grid(t, text)
		if got := slices.ContainsFunc(g.Workloads, func(w *workload.Workload) bool { return w.Name == "xfsbuf" }); got != want {
			t.Errorf("%q: xfsbuf is in the sweep: %t", text, got)
		}
	}
}

func TestBadSweeps(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "t.yaml:1: the sweep file is empty",
		"allocs: [naive]":                       `t.yaml:1: no key "allocs": did you mean alloc?`,
		"ops: 5\ncpus: many":                    "t.yaml:2: ",
		"alloc: [naive\nops: 1":                 "t.yaml:",
		"ops: 1\nexpect: [\"lwbuf is best\"]":   `t.yaml:2: expectation "lwbuf is best": no ": "`,
		"expect: [\"lwbuf: speed > 1\"]":        `t.yaml:1: expectation "lwbuf: speed > 1": no unit "speed"`,
		"expect: [\"lwbuf at x: stale = 0\"]":   "at takes a number of CPUs",
		"expect: [\"lwbuf on: stale = 0\"]":     "something is missing",
		"expect: [\"lwbuf in xio: stale = 0\"]": `"in" is none of`,
		"expect: [\"lwbuf: stale is 0\"]":       `"is" is none of < <= = >= >`,
	} {
		_, err := plan.ParseSweep("t.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		"alloc: [lwbuff]":           `no allocator "lwbuff": did you mean lwbuf?`,
		"alloc: [zzz]":              `no allocator "zzz": choose one of `,
		"alloc: []":                 "alloc: the list is empty",
		"workload: [xioo]":          `no workload "xioo": did you mean xio?`,
		"workload: [accesslog]":     "workload accesslog needs an input file: give --param accesslog.file=FILE",
		"cpus: [0]":                 "cpus: 0 is out of range: choose 1 to 1024",
		"cpus: [2000]":              "cpus: 2000 is out of range",
		"cpus: []":                  "cpus: the list is empty",
		"machine: [vax]":            `no machine "vax"`,
		"kva: [0]":                  "kva: 0 is out of range: choose 1 to 1048576 pages",
		"kva: []":                   "kva: the list is empty",
		"ops: 0":                    "ops: 0 is out of range",
		"reps: 0":                   "reps: 0 is out of range",
		"set: {sfbuf.nsfbuf: [1]}":  `no tunable "sfbuf.nsfbuf": did you mean sfbuf.nsfbufs?`,
		"set: {sfbuf.nsfbufs: [0]}": "sfbuf.nsfbufs=0 is out of range: choose 1 to 65536",
		"set: {sfbuf.nsfbufs: [x]}": "sfbuf.nsfbufs=x: not a whole number",
		"set: {sfbuf.nsfbufs: []}":  "sfbuf.nsfbufs: the list is empty",
		"alloc: [lwbuf]\nset: {sfbuf.nsfbufs: [64]}":                    "sfbuf.nsfbufs: no allocator of this sweep has that tunable",
		"param: {sendfile.rt: [1]}":                                     `no parameter "sendfile.rt": did you mean sendfile.rtt?`,
		"param: {xio.pages: [99]}":                                      "xio.pages=99: choose 1 to 32",
		"param: {memdisk.order: [sequential, back]}":                    "memdisk.order=back: choose random or sequential",
		"param: {synthetic.private: [0, 1], synthetic.stray: [0, 0.5]}": "synthetic.stray=0.5 with synthetic.private=1: only its own CPU",
		"workload: [exec]\nparam: {xio.pages: [2]}":                     "xio.pages: no workload of this sweep has that parameter",
	} {
		o, err := plan.ParseSweep("t.yaml", []byte(text))
		if err == nil {
			_, err = o.Resolve(lists())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestNarrow: expectations whose cells flags have taken out are not checked; the others are.
func TestNarrow(t *testing.T) {
	file := plan.Options{
		Alloc: []string{"sfbuf", "lwbuf"}, Workload: []string{"xio"}, CPUs: []int{1, 8}, Set: map[string][]string{"sfbuf.nsfbufs": {"8", "64"}},
		Expect: []string{
			"sfbuf at 8: cycles/op > lwbuf", "lwbuf at 1: cycles/op < 1000", "sfbuf at 1 with sfbuf.nsfbufs=64: ipis/op = 0",
			"lwbuf on xio: sec/op < 1", // never measured: a mistake of the file
			"lwbuf with machine=haswell-2s: stale = 0",
		},
	}
	for _, k := range []struct {
		flags     plan.Options
		unchecked string
	}{
		{plan.Options{}, ""},
		{plan.Options{CPUs: []int{1}}, "0"},
		{plan.Options{CPUs: []int{1, 2}}, "0"},
		{plan.Options{CPUs: []int{2}}, "0 1 2 4"},
		{plan.Options{Alloc: []string{"lwbuf"}}, "0 2"},
		{plan.Options{Alloc: []string{"sfbuf"}}, "0 1 4"},
		{plan.Options{Set: map[string][]string{"sfbuf.nsfbufs": {"8"}}}, "2"},
		{plan.Options{Machine: []string{"p4xeon-2004"}}, "0 1 2 4"},
		{plan.Options{Engine: "live"}, "0 1 2 4"},
	} {
		o := file.Merge(k.flags)
		g, err := o.Resolve(lists())
		if err != nil {
			t.Fatal(err)
		}
		own, err := file.Resolve(lists())
		if err != nil {
			t.Fatal(err)
		}
		g.Narrow(own)
		var got []string
		for _, text := range g.Unchecked {
			got = append(got, strconv.Itoa(slices.Index(file.Expect, text)))
		}
		if s := strings.Join(got, " "); s != k.unchecked || len(g.Expect)+len(g.Unchecked) != len(file.Expect) {
			t.Errorf("%+v: not checked %s, want %s", k.flags, s, k.unchecked)
		}
		if failed := g.Check(nil); len(failed) != len(g.Expect) {
			t.Errorf("%+v: without results %v", k.flags, failed)
		}
	}
}
