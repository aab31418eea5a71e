package smp

import "testing"

// TestLiveStarvedIsNoDeadlock: a CPU that has got what it waits for is not stuck, however long its thread is left out. Without
// that it is. The other CPU waits for a wakeup that never comes.
func TestLiveStarvedIsNoDeadlock(t *testing.T) {
	held := SpinLock{Name: "L", IPIs: true}
	for _, k := range []struct {
		name string
		kind uint64
		give func(c, by *CPU)
	}{
		{"a message", waitsForMessage, func(c, by *CPU) { by.liveSend(c, liveIRQ{kind: irqMessage}) }},
		{"a lock", waitsForLock, func(*CPU, *CPU) { held.word.Store(0) }},
		{"a lock, serving IPIs", waitsForLock, func(c, by *CPU) { by.liveSend(c, liveIRQ{kind: irqStop, rv: &by.live.rv}) }},
		{"answers", waitsForAnswers, func(c, _ *CPU) { c.live.rv.missing.Dec() }},
		{"answers to a release", waitsForAnswers, func(c, _ *CPU) { c.live.rv.released.Store(1) }},
		{"a release", waitsForRelease, func(c, by *CPU) { by.liveSend(c, liveIRQ{kind: irqStop, rv: &by.live.rv}) }},
		{"a release while it idles", waitsForRelease, func(c, _ *CPU) { c.live.away = true }},
		{"a wakeup", waitsForWakeup, func(c, _ *CPU) { c.live.woken.Store(1) }},
	} {
		for _, given := range []bool{false, true} {
			s := liveSystemOf(t, 2, Live{NoIPICost: true})
			s.live.watch.init(2)
			c, other := s.cpus[0], s.cpus[1]
			held.word.Store(2)
			c.live.waitL.Store(&held)
			c.live.rv.missing.Store(1)
			for _, d := range s.cpus {
				d.live.waitQ.Store(&WaitQueue{})
			}
			c.liveWaits(k.kind)
			other.liveWaits(waitsForWakeup)
			if given {
				k.give(c, other)
			}
			for range looks + 1 {
				s.lookAround()
			}
			if stopped := s.live.stopping.Load() != 0; stopped == given {
				t.Errorf("%s: given %v, called a deadlock %v", k.name, given, stopped)
			}
		}
	}
}

// TestLiveTurnIsNoDeadlock: the thread whose turn it is has not run since, and all others wait for theirs.
func TestLiveTurnIsNoDeadlock(t *testing.T) {
	s := liveSystemOf(t, 2, Live{NoIPICost: true})
	s.live.watch.init(2)
	for _, c := range s.cpus {
		c.liveWaits(waitsForTurn)
	}
	for range looks + 1 {
		s.lookAround()
	}
	if s.live.stopping.Load() != 0 {
		t.Error("called a deadlock")
	}
}
