package host

import "runtime"

// Backoff is how one thread waits in a loop for what another thread will do soon: it spins, then lets others run. The zero
// value is for a thread that has its CPU to itself. One goroutine uses it.
type Backoff struct {
	Yield bool // goroutines are not pinned and may outnumber the CPUs: let them run soon
	// Answer: it only reads until the answer is there, which takes less than a microsecond; nobody fights for the word.
	Answer bool

	n     int
	pause uint32 // of the last round
	spun  uint32 // pauses since the beginning, or since the last yield
}

// The pauses of a round, in the CPU's pause instructions, which take 10 to 50 ns each: they double from the least to the
// most. Who waits for an answer would only hear it later with longer ones.
const (
	pauseLeast  = 4
	pauseMost   = 64
	pauseAnswer = 4
)

// The rounds, and the pauses of a pinned thread, before a Backoff yields. Measured (docs/METHODOLOGY.md, host costs): unlocked goroutines
// that spin 64 rounds and then call Gosched answer within 0.14 to 0.9 µs; pinned threads that share a CPU answer in 8 to 16
// µs with sched_yield and in 9 ms without. Who waits for longer than spinPinned waits for a thread that the host has switched
// away from: what it burns meanwhile the host counts against it, and then it is the one that is missing.
const (
	spinShared = 64
	spinPinned = 1024
)

// Wait is one round.
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

// next chooses what a round does: yield, or pause.
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
