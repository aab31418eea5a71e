package sfbuf2010

import (
	"testing"

	"lwbench/allocators/alloctest"
)

// TestOneCPU: lwbuf_set_global compares the mask with (cpumask_t)-1, so that one CPU too synchronises at every alloc, as
// the C does.
func TestOneCPU(t *testing.T) {
	got := alloctest.Replay(t, &Design, nil, "cpus 1\n0 alloc a 0\n0 free a\n0 alloc b 0\n0 free b\n0 alloc c 1\n0 free c\n")
	if got.KenterSync != 3 {
		t.Errorf("%d kenter_sync, want 3", got.KenterSync)
	}
}
