package host

import "runtime"

// Backoff is how one thread waits in a loop for what another thread will do soon: it spins, then lets others run. The zero
// value is for a thread that has its CPU to itself. One goroutine uses it.
type Backoff struct {
	Yield bool // goroutines are not pinned and may outnumber the CPUs: let them run soon
	n     int
	pause uint32
}

// The pauses of a round, in the CPU's pause instructions: they double from the least to the most.
const (
	pauseLeast = 4
	pauseMost  = 64
)

// The rounds of a Backoff before it yields. Measured in the design notes: unlocked goroutines that spin 64 rounds and then
// call Gosched answer within 0.14 to 0.9 µs; pinned threads that share a CPU answer in 8 to 16 µs with sched_yield and
// in 9 ms without.
const (
	spinShared = 64
	spinPinned = 4096
)

// Wait is one round.
func (b *Backoff) Wait() {
	b.n++
	switch {
	case b.Yield && b.n >= spinShared:
		runtime.Gosched()
	case b.Yield:
	case b.n >= spinPinned:
		b.n = spinPinned / 2
		yieldThread()
	default:
		b.pause = min(max(2*b.pause, pauseLeast), pauseMost)
		pause(b.pause)
	}
}

// Rest is one round of a thread that has nothing else to do: where others may need its CPU, they get it at once.
func (b *Backoff) Rest() {
	b.n = max(b.n, spinShared)
	b.Wait()
}

// Lock is a spinlock for the engine's own short sections. The zero value is free.
type Lock struct{ w Bare }

// Acquire takes the lock.
func (l *Lock) Acquire() {
	if l.w.CompareAndSwap(0, 1) {
		return
	}
	b := Backoff{Yield: true}
	for {
		if l.w.Load() == 0 && l.w.CompareAndSwap(0, 1) {
			return
		}
		b.Wait()
	}
}

// Release drops it.
func (l *Lock) Release() { l.w.StoreRelease(0) }
