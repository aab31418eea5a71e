package report

import (
	"strings"
	"testing"

	"lwbench/bench/record"
)

// TestFailedIsMarked: a cell without figures has a mark in the printed table, with its meaning below, whether its design has other cells
// or none, and in the overview of several workloads.
func TestFailedIsMarked(t *testing.T) {
	text := "# made by: lwbench sweep\nengine: virtual\nmachine: haswell-2s\n\n"
	for _, name := range []string{"Xio/alloc=sfbuf/cpus=1", "Xio/alloc=sfbuf/cpus=2", "Xio/alloc=naive/cpus=1", "Pipe/alloc=sfbuf/cpus=1", "Pipe/alloc=naive/cpus=1"} {
		text += "Benchmark" + name + " 100 500 cycles/op\n"
	}
	text += "# failed: Xio/alloc=naive/cpus=2: no buffer\n# failed: Xio/alloc=lwbuf/cpus=1: no buffer\n# failed: Xio/alloc=lwbuf/cpus=2: no buffer\n"
	f, err := record.Read("f.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, tables := range []bool{true, false} {
		r := New(testLists())
		var b strings.Builder
		if err := r.Add(f); err != nil {
			t.Fatal(err)
		}
		if err := r.Text(&b, tables); err != nil {
			t.Fatal(err)
		}
		want := []string{"× naive: failed, no figures (# failed in the file says why): xio at 2", "× lwbuf: failed, no figures (# failed in the file says why): xio at 1 and 2"}
		if tables {
			want = append(want, "× naive at 2 CPUs: failed, no figures", "× lwbuf at 1 and 2 CPUs: failed, no figures")
			if n := strings.Count(b.String(), "×"); n != 7 {
				t.Errorf("%d marks", n)
			}
		}
		for _, w := range want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("no %q in\n%s", w, b.String())
			}
		}
	}
}
