package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"lwbench/bench/record"
)

// results reads lines of a result file.
func results(t *testing.T, lines ...string) []*record.Result {
	t.Helper()
	f, err := record.Read("r.txt", strings.NewReader("# made by: lwbench sweep\nengine: virtual\nmachine: haswell-2s\n"+strings.Join(lines, "\n")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return f.Results
}

// TestVerdicts: a column has the designs within 4 times the cheapest that maps pages; of a cell that ran again the last result
// counts, of repetitions the first; another winner is a difference; and errors are those of the default figures.
func TestVerdicts(t *testing.T) {
	const tail = " 0 half-width 0 unsteady"
	short := results(t,
		"BenchmarkXio/alloc=dmap/cpus=2 1 20 cycles/op"+tail, "BenchmarkXio/alloc=naive/cpus=2 1 900 cycles/op"+tail,
		"BenchmarkXio/alloc=sfbuf/cpus=2 1 100 cycles/op 0 half-width 3 unsteady", "BenchmarkXio/alloc=lwbuf/cpus=2 1 150 cycles/op"+tail,
		"run: precise", "BenchmarkXio/alloc=sfbuf/cpus=2 1 200 cycles/op"+tail,
		"run: seed 2", "BenchmarkXio/alloc=lwbuf/cpus=2 1 152 cycles/op"+tail)
	cs := columns(short)
	if len(cs) != 1 || cs[0].String() != "xio/2" || !slices.Equal(cs[0].designs, []string{"dmap", "lwbuf", "sfbuf"}) {
		t.Fatalf("columns %+v", cs)
	}
	for _, k := range []struct {
		lwbuf  string
		differ int
		want   []string
	}{
		{"150", 0, []string{"xio/2: lwbuf\n== error", "error of a cell: 3 cells, median 0.0 %, p95 0.0 %, largest 0.0 %"}},
		{"300", 1, []string{"xio/2: lwbuf\nxio/2, long: sfbuf\n", "largest 100.0 %", "100.00 xio/2 lwbuf 150.0 300.0 0\n"}},
		{"201", 1, []string{"xio/2, long: lwbuf, sfbuf tie\n", "largest 34.0 %"}},
	} {
		var out bytes.Buffer
		long := results(t, "BenchmarkXio/alloc=dmap/cpus=2 1 20 cycles/op"+tail, "BenchmarkXio/alloc=sfbuf/cpus=2 1 200 cycles/op"+tail,
			"BenchmarkXio/alloc=lwbuf/cpus=2 1 "+k.lwbuf+" cycles/op"+tail)
		differ, err := compare(&out, cs, short, long)
		if err != nil || differ != k.differ {
			t.Errorf("lwbuf at %s: %d differ, %v", k.lwbuf, differ, err)
		}
		for _, want := range k.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("lwbuf at %s: no %q in\n%s", k.lwbuf, want, out.String())
			}
		}
	}
}
