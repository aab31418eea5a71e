package calibrate

import (
	"runtime"
	"sync"
	"testing"
)

// TestLocksExclude: two counters under a lock stay equal, for every kind. There are more threads than host CPUs, so
// that holders and waiters are descheduled: by the host, for the Go scheduler may find no point at which a thread that spins can be
// preempted, and then a holder without a processor never runs (seen once with the race detector).
func TestLocksExclude(t *testing.T) {
	const threads, turns = 3, 300
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(threads, runtime.GOMAXPROCS(0))))
	for _, k := range lockKinds(threads) {
		var a, b int
		var wg sync.WaitGroup
		for slot := range threads {
			wg.Go(func() {
				for range turns {
					k.lock(slot)
					a++
					if a != b+1 {
						t.Errorf("%s: two threads hold it", k.name)
					}
					b++
					k.unlock(slot)
				}
			})
		}
		wg.Wait()
		if a != threads*turns {
			t.Errorf("%s: %d of %d turns", k.name, a, threads*turns)
		}
	}
}
