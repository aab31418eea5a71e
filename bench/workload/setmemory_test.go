package workload

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/mmu"
)

// TestSetmemory runs it on every design that can drop aliases, and one call in each batch interrupts the other CPUs once.
func TestSetmemory(t *testing.T) {
	w := Find("setmemory")
	ran := 0
	for _, d := range all.Designs() {
		if !d.UnmapsAliases {
			if why := w.Lacks(d, nil); !strings.Contains(why, "aliases") {
				t.Errorf("%s: %q", d.Name, why)
			}
			continue
		}
		for _, pages := range []string{"1", "4"} {
			p := Values{"setmemory.batch": "10", "setmemory.pages": pages}
			if pages != "1" && d.MultiPage == 0 {
				continue
			}
			ran++
			out := runCell(t, w, d, 3, 100, 1, p, nil)
			checkOutcome(t, out, d, 300)
			if n := out.Counters.Shootdowns; n < 27 || n > 30 { // CPUs that call at once may be served by one
				t.Errorf("%s, %s pages: %d shootdowns in 30 calls", d.Name, pages, n)
			}
		}
	}
	if ran < 5 {
		t.Errorf("only %d runs", ran)
	}
}

// unfaithful drops nothing.
type unfaithful struct{ allocators.Allocator }

func (unfaithful) UnmapAliases(*mmu.CPU) {}

// TestSetmemoryJudges: a design that leaves aliases is found out.
func TestSetmemoryJudges(t *testing.T) {
	d := *design(t, "vmap")
	inner := d.New
	d.MultiPage, d.New = 0, func(m *mmu.Machine, tune allocators.Tuning) (allocators.Allocator, error) {
		a, err := inner(m, tune)
		return unfaithful{a}, err
	}
	out := runCell(t, Find("setmemory"), &d, 2, 40, 1, nil, nil)
	if out.Counters.Faults == 0 || out.Findings[0].Kind != mmu.Aliased {
		t.Errorf("%d faults, %v", out.Counters.Faults, out.Findings)
	}
}
