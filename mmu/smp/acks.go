package smp

import (
	"math/bits"
	"slices"
)

// acks collects the acknowledgements of one request.
type acks struct {
	keys  []uint64 // moment<<idBits | target, as they come
	spare []uint64 // for sort
}

func (a *acks) add(at Cycles, id int32) { a.keys = append(a.keys, keyOf(at, id)) }

// maxRuns is up to how many ascending runs of keys are merged.
const maxRuns = 16

// sort sorts the keys. Targets come in the order of their numbers, and those of one distance acknowledge in that order: there are
// a few ascending runs, which are merged in pairs.
func (a *acks) sort() {
	var ends [maxRuns]int
	runs := 0
	for i := 1; i <= len(a.keys); i++ {
		if i < len(a.keys) && a.keys[i-1] < a.keys[i] {
			continue
		}
		if runs == maxRuns {
			slices.Sort(a.keys)
			return
		}
		ends[runs] = i
		runs++
	}
	if runs > 1 && len(a.spare) < len(a.keys) {
		a.spare = make([]uint64, cap(a.keys))
	}
	for ; runs > 1; runs = (runs + 1) / 2 {
		to, from := a.spare[:len(a.keys)], 0
		for i := 0; i < runs; i += 2 {
			mid, end := ends[i], ends[min(i+1, runs-1)]
			merge(to[from:end], a.keys[from:mid], a.keys[mid:end])
			ends[i/2], from = end, end
		}
		a.keys, a.spare = to, a.keys[:cap(a.keys)]
	}
}

// merge merges two ascending lists into to, which has room for both. Often all of a, or most, comes before b.
func merge(to, a, b []uint64) {
	if len(b) > 0 {
		first, _ := slices.BinarySearch(a, b[0])
		to = to[copy(to, a[:first]):]
		a = a[first:]
	}
	for len(a) > 0 && len(b) > 0 {
		if a[0] < b[0] {
			to[0], a = a[0], a[1:]
		} else {
			to[0], b = b[0], b[1:]
		}
		to = to[1:]
	}
	copy(to[copy(to, a):], b)
}

// known returns when the initiator c knows of all acknowledgements, and forgets them.
//
// By Flags it reads a line of each target. The reads do not depend on each other, so that their transfers overlap (a core has
// some ten misses under way; here it has all): it knows when the last line has come.
//
// By Counter a target has acknowledged when it has the counter's line exclusive. The initiator spins on that line, loses it
// with the first acknowledgement and asks for it again at once. The line serves whoever asked first, one transfer after
// another: acknowledgements that come one by one cost two transfers each, and those that come together one each and one more.
func (a *acks) known(c *CPU, by Acking) (t Cycles) {
	s := c.sys
	if by == Flags {
		for _, key := range a.keys {
			t = max(t, Cycles(key>>idBits)+s.line(c.id, int32(key&(1<<idBits-1))))
		}
		a.keys = a.keys[:0]
		return t
	}
	a.sort()
	here := s.place[c.id].code
	has, asked := here, Forever // where the line is, and when the initiator asked for it
	for _, key := range a.keys {
		at, to := Cycles(key>>idBits), s.place[key&(1<<idBits-1)].code
		if asked < at {
			t = max(t, asked) + s.lineBy[bits.Len32(has^here)]
			has, asked = here, Forever
		}
		t = max(t, at)
		asked = min(asked, t)
		t += s.lineBy[bits.Len32(has^to)]
		has = to
	}
	a.keys = a.keys[:0]
	return t + s.lineBy[bits.Len32(has^here)]
}
