package calibrate

import (
	"lwbench/mmu/smp/host"
)

// locker is one kind of spinlock. slot is the number of the thread, from 0.
type locker interface {
	lock(slot int)
	unlock(slot int)
}

// lockKinds lists the kinds in the order of history.
func lockKinds(threads int) []struct {
	name string
	locker
} {
	return []struct {
		name string
		locker
	}{
		{"tas", new(tas)},
		{"ttas", new(ttas)},
		{"ticket", new(ticket)},
		{"mcs", &mcs{nodes: make([]mcsNode, threads)}},
	}
}

// padding keeps two words out of the same pair of cache lines.
type padding [128]byte

// tas swaps until it finds the lock free: every try takes the line (DragonFly before October 2011).
type tas struct {
	_    padding
	word host.Bare
	_    padding
}

func (l *tas) lock(int) {
	for l.word.Swap(1) != 0 {
	}
}
func (l *tas) unlock(int) { l.word.StoreRelease(0) }

// ttas reads until the lock looks free, then swaps.
type ttas struct {
	_    padding
	word host.Bare
	_    padding
}

func (l *ttas) lock(int) {
	for l.word.Swap(1) != 0 {
		for l.word.Load() != 0 {
		}
	}
}
func (l *ttas) unlock(int) { l.word.StoreRelease(0) }

// ticket serves in the order of arrival; all waiters read one word.
type ticket struct {
	_    padding
	next host.Bare
	_    padding
	now  host.Bare
	_    padding
}

func (l *ticket) lock(int) {
	my := l.next.Add(1) - 1
	for l.now.Load() != my {
	}
}
func (l *ticket) unlock(int) { l.now.StoreRelease(l.now.Load() + 1) }

// mcs serves in the order of arrival; each waiter spins on its own word (Mellor-Crummey and Scott, 1991).
type mcs struct {
	_     padding
	tail  host.Bare // slot+1 of the last in the queue, 0 if the lock is free
	_     padding
	nodes []mcsNode
}

type mcsNode struct {
	next   host.Bare // slot+1
	locked host.Bare
	_      padding
}

func (l *mcs) lock(slot int) {
	n := &l.nodes[slot]
	n.next.StoreRelease(0)
	n.locked.StoreRelease(1)
	before := l.tail.Swap(uint64(slot) + 1)
	if before == 0 {
		return
	}
	l.nodes[before-1].next.StoreRelease(uint64(slot) + 1)
	for n.locked.Load() != 0 {
	}
}

func (l *mcs) unlock(slot int) {
	n := &l.nodes[slot]
	if n.next.Load() == 0 {
		if l.tail.CompareAndSwap(uint64(slot)+1, 0) {
			return
		}
		for n.next.Load() == 0 {
		}
	}
	l.nodes[n.next.Load()-1].locked.StoreRelease(0)
}
