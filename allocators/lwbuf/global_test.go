package lwbuf

import (
	"testing"

	"lwbench/allocators/alloctest"
)

// TestSubmittedGlobal: bits that survive a free do not make the mask (cpumask_t)-1. The set_global of the second use
// synchronises, so that cpu1 reads the right page; the C is clean here too.
func TestSubmittedGlobal(t *testing.T) {
	got := alloctest.Replay(t, &Submitted, nil, `cpus 2
0 alloc a 1
1 load a
0 free a
0 alloc a 2
0 global a
1 load a
`)
	if got.KenterSync != 1 || got.Stale != 0 {
		t.Errorf("%d kenter_sync and %d stale accesses, want 1 and none", got.KenterSync, got.Stale)
	}
}
