package bench_test

import (
	"fmt"
	"slices"
	"testing"

	"lwbench/internal/testsize"
	"lwbench/mmu"
)

// moments are when allocs, accesses and frees began.
type moments []mmu.Cycles

func (m *moments) Event(e *mmu.Event) {
	if e.Kind == mmu.Allocated || e.Kind == mmu.Freed {
		*m = append(*m, e.At)
	}
}

// gap is the longest time without one.
func (m moments) gap() (most mmu.Cycles) {
	slices.Sort(m)
	for i := 1; i < len(m); i++ {
		most = max(most, m[i]-m[i-1])
	}
	return most
}

// TestExposureTime is rule G8 of genbuf, and the same of vmap: no page is reachable after its last free for longer than the tunable
// says, plus the time until the next alloc or free of any CPU, plus a sweep. A sweep takes 40 cycles for each page that it unmaps
// (a PTE write and the slot) and 6,000 for IPIs and locks. Without the tunable pages are
// reachable for longer.
func TestExposureTime(t *testing.T) {
	bounds := []mmu.Cycles{20_000, 100_000, 400_000}
	const sweep, perPage = 6_000, 40
	for _, k := range []struct{ design, tunable string }{
		{"genbuf", "genbuf.expose_time"}, {"genbuf-counter", "genbuf-counter.expose_time"}, {"vmap", "vmap.lazy_time"}, {"vmap-nodes", "vmap-nodes.lazy_time"},
	} {
		for _, load := range testsize.Choose([]string{"sendfile"}, []string{"xio", "sendfile", "stray"}, []string{"xio", "sendfile", "stray"}) {
			for _, bound := range testsize.Choose([]mmu.Cycles{100_000}, bounds, bounds) {
				text := fmt.Sprintf("alloc: [%s]\nworkload: [%s]\ncpus: [4]\nops: 400\nwarmup: 100\nexposure: true\nset: {%s: [0, %d]}",
					k.design, load, k.tunable, bound)
				var longest [2]mmu.Cycles
				for i, c := range grid(t, text).Cells() {
					var m moments
					r, err := c.Run(t.Context(), &m, nil)
					if err != nil {
						t.Fatal(err)
					}
					if r.Faulty() {
						t.Errorf("%s: stale accesses or faults", c.Name())
					}
					x := r.Out.Exposure
					longest[i] = x.Max
					if i == 0 {
						continue
					}
					slack := m.gap() + sweep + perPage*mmu.Cycles(x.Most)
					if x.Max > bound+slack {
						t.Errorf("%s: a page was reachable for %d cycles after its free: %d and %d of slack are allowed", c.Name(), x.Max, bound, slack)
					}
				}
				if longest[1] >= longest[0] {
					t.Errorf("%s on %s with %d: longest exposure %d, without %d", k.design, load, bound, longest[1], longest[0])
				}
			}
		}
	}
}
