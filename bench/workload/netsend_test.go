package workload

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/internal/testsize"
	"lwbench/mmu"
)

// inFlight records the largest number of live handles.
type inFlight struct{ now, most int }

func (f *inFlight) Op(_ int, verb string, _, _ int, _ allocators.Flags) {
	switch verb {
	case "alloc":
		f.now++
		f.most = max(f.most, f.now)
	case "free":
		f.now--
	}
}

// TestClosedLoop: a connection keeps its slot until its last acknowledgement, so the connections and the send window
// bound the pages in flight, whatever the speed of the CPUs. With an open loop one CPU started 102,000 operations
// while the other started 704, and 98,000 handles were in flight.
func TestClosedLoop(t *testing.T) {
	var log strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&log, "client%d - - [10/Oct/2000:13:55:36 -0700] \"GET /f%d HTTP/1.0\" 200 %d\n", i%7, i%40, 4096*(1+i%30))
	}
	path := logFileOf(t, "access.log", log.String(), false)
	for _, k := range []struct {
		load  string
		pages int // of a connection, in flight at most
		p     Values
	}{
		{"sendfile", 8, nil},
		{"sendfile", sendWindow, Values{"sendfile.pages": "100"}},
		{"accesslog", sendWindow, Values{"accesslog.file": path}},
	} {
		for _, cpus := range testsize.Choose([]int{2}, []int{1, 2, 4}, []int{1, 2, 4}) {
			m, err := mmu.New(testSpec(), mmu.Options{CPUs: cpus})
			if err != nil {
				t.Fatal(err)
			}
			d := design(t, "lwbuf-rbtree")
			a, err := d.New(m, nil)
			if err != nil {
				t.Fatal(err)
			}
			f := new(inFlight)
			out, err := Run(context.Background(), Find(k.load), &Cell{Machine: m, Alloc: a, Design: d, Ops: 3000, Seed: 1, Params: k.p}, RunOptions{Recorder: f})
			if err != nil {
				t.Fatal(err)
			}
			if most := cpus * 4 * k.pages; f.most > most || f.most < most/4 {
				t.Errorf("%s %v, %d CPUs: up to %d of %d handles were in flight, want at most %d", k.load, k.p, cpus, f.most, out.Ops, most)
			}
		}
	}
}
