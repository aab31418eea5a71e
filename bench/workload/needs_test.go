package workload

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
)

// TestLacks: each required ability excludes the designs without it, with a reason.
func TestLacks(t *testing.T) {
	free := allocators.Design{Name: "free"}
	stack := allocators.Design{Name: "stack", Abilities: allocators.Abilities{CPUPrivate: true}}
	atomic := allocators.Design{Name: "atomic", Abilities: allocators.Abilities{CPUPrivate: true, NoSleep: true}}
	for _, k := range []struct {
		workload string
		p        Values
		d        *allocators.Design
		want     string // part of the reason; empty if it can run
	}{
		{"xio", nil, &atomic, ""},
		{"stray", nil, &free, ""},
		{"stray", nil, &stack, "handles move between CPUs"},
		{"exec", nil, &stack, ""},
		{"exec", nil, &atomic, "a CPU sleeps while it holds a mapping"},
		{"umtx", nil, &stack, "not freed in reverse order"},
		{"memdisk", nil, &atomic, "sleeps"},
		{"memdisk", Values{"memdisk.swapped": "0"}, &atomic, ""},
		{"synthetic", nil, &atomic, ""},
		{"synthetic", Values{"synthetic.away": "0.1"}, &stack, "handles move"},
		{"synthetic", Values{"synthetic.hold": "1"}, &atomic, "sleeps"},
		{"synthetic", Values{"synthetic.batch": "2"}, &stack, "reverse order"},
	} {
		if got := Find(k.workload).Lacks(k.d, k.p); (got == "") != (k.want == "") || !strings.Contains(got, k.want) {
			t.Errorf("%s %v on %s: %q, want %q", k.workload, k.p, k.d.Name, got, k.want)
		}
	}
}

// able returns the designs that can run a workload.
func able(w *Workload, p Values) (list []*allocators.Design) {
	for _, d := range all.Designs() {
		if w.Lacks(d, p) == "" {
			list = append(list, d)
		}
	}
	return list
}
