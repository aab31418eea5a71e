package alloctest

import (
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators"
)

// aliases checks UnmapAliases with the design's own sizes and with a small pool.
func aliases(t *testing.T, d *allocators.Design) {
	if !d.UnmapsAliases {
		t.Skip("it drops no aliases on demand")
	}
	Aliases(t, d, nil)
	Aliases(t, d, small(d, 8))
}

// Aliases checks UnmapAliases with mappings freed on other CPUs than those that made them, between mappings that live on, in
// several lives: afterwards no PTE and no TLB reaches a page that nobody holds. The Session that runs the trace checks that.
func Aliases(t *testing.T, d *allocators.Design, tune allocators.Tuning) {
	t.Helper()
	const cpus, lives = 3, 40
	var b strings.Builder
	fmt.Fprintf(&b, "cpus %d\npages 16\n", cpus)
	for i := range lives {
		home := i % cpus
		fmt.Fprintf(&b, "%d alloc a%d %d\n", home, i, i%16)
		for c := range cpus {
			fmt.Fprintf(&b, "%d load a%d\n", c, i)
		}
		if i%5 > 0 { // every fifth mapping lives until ten more have come
			fmt.Fprintf(&b, "%d free a%d\n", (home+1)%cpus, i)
		}
		if i%10 == 9 {
			fmt.Fprintf(&b, "%d free a%d\n%d free a%d\n", home, i-9, home, i-4)
		}
		if i%3 == 2 {
			fmt.Fprintf(&b, "%d unalias\n", (home+2)%cpus)
		}
	}
	for i := range 3 { // nothing is left: this must do nothing wrong
		fmt.Fprintf(&b, "%d unalias\n", i)
	}
	Replay(t, d, tune, b.String())
}
