package host

import "runtime"

// Backoff is the wait loop of a thread that waits for another thread to act soon: it spins, then yields. The zero
// value is for a thread with its own CPU. It is used by one goroutine.
type Backoff struct {
	Yield bool // goroutines are not pinned and may outnumber the CPUs: yield soon
	// Answer: the loop only reads until the answer arrives, within a microsecond; there is no contention for the
	// word.
	Answer bool

	n     int
	pause uint32 // length of the last pause
	spun  uint32 // pauses since the start, or since the last yield
}

// The length of a pause, in pause instructions of 10 to 50 ns each: it doubles from the minimum to the maximum.
// Longer pauses would only delay a thread that waits for an answer.
const (
	pauseLeast  = 4
	pauseMost   = 64
	pauseAnswer = 4
)

// The number of rounds, and of pauses of a pinned thread, before a Backoff yields. Measured (docs/METHODOLOGY.md,
// host costs): unlocked goroutines that spin 64 rounds and then call Gosched answer within 0.14 to 0.9 µs; pinned
// threads that share a CPU answer in 8 to 16 µs with sched_yield and in 9 ms without. A wait longer than spinPinned
// means that the host has descheduled the other thread. Spinning on would use up this thread's own time slice, and
// then this thread would be descheduled when it is needed.
const (
	spinShared = 64
	spinPinned = 1024
)

// Wait waits for one round.
func (b *Backoff) Wait() {
	switch pauses, yield := b.next(); {
	case yield && b.Yield:
		runtime.Gosched()
	case yield:
		yieldThread()
	case pauses > 0:
		pause(pauses)
	}
}

// next decides whether a round yields or pauses.
func (b *Backoff) next() (pauses uint32, yield bool) {
	if b.n++; b.Yield {
		return 0, b.n >= spinShared
	}
	if b.spun >= spinPinned {
		b.spun -= spinPinned / 8
		return 0, true
	}
	most := uint32(pauseMost)
	if b.Answer {
		most = pauseAnswer
	}
	b.pause = min(max(2*b.pause, pauseLeast), most)
	b.spun += b.pause
	return b.pause, false
}

// Rest is one round of a thread that has nothing else to do: if others may need its CPU, it yields at once.
func (b *Backoff) Rest() {
	b.n = max(b.n, spinShared)
	b.Wait()
}

// Lock is a spinlock for the engine's own short sections. The zero value is unlocked.
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

// Release releases it.
func (l *Lock) Release() { l.w.StoreRelease(0) }
