package workload

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// multiPage are workloads whose mappings cover several pages, with the pages of each.
var multiPage = []struct {
	workload string
	p        Values
	pages    int64
}{
	{"pipe", Values{"pipe.window": "16"}, 16},
	{"pipe", Values{"pipe.window": "3", "pipe.pages": "3"}, 3},
	{"synthetic", Values{"synthetic.span": "8"}, 8},
	{"synthetic", Values{"synthetic.span": "4", "synthetic.stray": "0.5", "synthetic.away": "0.3", "synthetic.batch": "2"}, 4},
	{"xfsbuf", nil, 4},
	{"xfsbuf", Values{"xfsbuf.read": "0", "xfsbuf.pages": "2"}, 2},
}

// TestMultiPage runs each of them on the designs that can: every page of every mapping is accessed, the oracles find nothing,
// and two runs are the same. A design without the ability is kept away, with the reason.
func TestMultiPage(t *testing.T) {
	ran := 0
	for _, k := range multiPage {
		w := Find(k.workload)
		for _, d := range all.Designs() {
			why := w.Lacks(d, k.p)
			if int64(d.MultiPage) < k.pages {
				if !strings.Contains(why, "a mapping covers") && !d.CPUPrivate {
					t.Errorf("%s %v on %s, which maps %d pages: %q", k.workload, k.p, d.Name, d.MultiPage, why)
				}
				continue
			}
			for _, cpus := range []int{1, 2, 5} {
				ran++
				out := runCell(t, w, d, cpus, 60, 7, k.p, nil)
				checkOutcome(t, out, d, int64(60*cpus))
				if n := out.Counters.Accesses; n < out.Ops*k.pages {
					t.Errorf("%s %v on %s: %d accesses in %d mappings of %d pages", k.workload, k.p, d.Name, n, out.Ops, k.pages)
				}
				if again := runCell(t, w, d, cpus, 60, 7, k.p, nil); again.Digest != out.Digest {
					t.Errorf("%s %v on %s: two runs differ", k.workload, k.p, d.Name)
				}
			}
		}
	}
	if ran == 0 {
		t.Error("no design maps several pages")
	}
}

// TestPipeWindow: a mapping of 16 pages saves 15 of 16 allocs and copies as much.
func TestPipeWindow(t *testing.T) {
	d := design(t, "vmap")
	one := runCell(t, Find("pipe"), d, 2, 320, 1, nil, nil)
	window := runCell(t, Find("pipe"), d, 2, 20, 1, Values{"pipe.window": "16"}, nil)
	if window.Allocs*16 != one.Allocs || window.Spent[smp.CostUse] != one.Spent[smp.CostUse] || window.Cycles >= one.Cycles {
		t.Errorf("%d allocs, %d cycles of use, %d in all; with windows %d, %d, %d", one.Allocs, one.Spent[smp.CostUse], one.Cycles,
			window.Allocs, window.Spent[smp.CostUse], window.Cycles)
	}
}

// TestXfsbufReclaims: with fewer windows than the CPUs would keep buffers, they free their oldest and go on.
func TestXfsbufReclaims(t *testing.T) {
	d := design(t, "msfbuf")
	out := runCell(t, Find("xfsbuf"), d, 4, 100, 1, nil, allocators.Tuning{"msfbuf.bufs": 6})
	checkOutcome(t, out, d, 400)
	if out.Failed == 0 || out.PeakBufs > 6 {
		t.Errorf("6 windows: %d failed allocs, %d buffers in use at once", out.Failed, out.PeakBufs)
	}
}

// noRecorder takes no operation.
type noRecorder struct{}

func (noRecorder) Op(int, string, int, int, allocators.Flags) {}

// TestNoRecordOfWindows: a trace cannot say what a mapping of several pages covers.
func TestNoRecordOfWindows(t *testing.T) {
	d := design(t, "vmap")
	m, err := mmu.New(testSpec(), mmu.Options{CPUs: 1})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	cell := &Cell{Machine: m, Alloc: a, Design: d, Ops: 1, Params: Values{"pipe.window": "2"}}
	_, err = Run(t.Context(), Find("pipe"), cell, RunOptions{Recorder: noRecorder{}})
	if err == nil || !strings.Contains(err.Error(), "cannot be recorded") {
		t.Errorf("%v", err)
	}
}
