package bench_test

import "testing"

// TestStoppedInACriticalSection: a CPU that is stopped when its own rendezvous ends, in a critical section, still
// arrives at the rendezvous of others, as in DragonFly's IPI handler. Otherwise initiators wait for each other: this
// cell deadlocked.
func TestStoppedInACriticalSection(t *testing.T) {
	for _, c := range grid(t, "alloc: [lwbuf-2010-owner]\nworkload: [sendfile]\ncpus: [64]\nops: 3000\nwarmup: 0").Cells() {
		runCell(t, c)
	}
}
