package sfbuf

import (
	"testing"

	"lwbench/allocators/alloctest"
)

// TestFullMaskIsNotGlobal: the kernel compares the mask with (cpumask_t)-1, which bits set one by one never reach. So a
// global hit on a mapping that private users of all CPUs have synchronised makes one kenter_sync, as the C does.
func TestFullMaskIsNotGlobal(t *testing.T) {
	for _, k := range []struct {
		trace string
		sync  int64
	}{
		{"cpus 1\n0 alloc a 0 private\n0 free a\n0 alloc b 0\n0 free b\n", 1},
		{"cpus 1\n0 alloc a 0 private\n0 free a\n0 alloc b 0\n0 free b\n0 alloc c 0\n0 free c\n", 1},
		{"cpus 2\n0 alloc a 0 private\n0 free a\n1 alloc b 0 private\n1 free b\n0 alloc c 0\n0 free c\n", 1},
		{"cpus 1\n0 alloc a 0\n0 free a\n0 alloc b 0\n0 free b\n", 0},
	} {
		if got := alloctest.Replay(t, &Design, nil, k.trace); got.KenterSync != k.sync {
			t.Errorf("%d kenter_sync, want %d:\n%s", got.KenterSync, k.sync, k.trace)
		}
	}
}
