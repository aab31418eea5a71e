package schedule

import "slices"

// Shrink removes deviations from a failing schedule as long as fails, which runs it, reports a failure: larger pieces
// first, then one by one. most bounds the number of runs. It returns the shortest schedule that failed, with the
// choices that the run made.
func Shrink(s Schedule, most int, fails func(*Replay) bool) Schedule {
	try := func(t Schedule) (Schedule, bool) {
		if most--; most < 0 {
			return nil, false
		}
		r := NewReplay(t)
		r.Begin()
		if !fails(r) {
			return nil, false
		}
		return r.Schedule(), true
	}
	for size := len(s); size >= 1; size /= 2 {
		for from := 0; from+size <= len(s); {
			if t, ok := try(slices.Delete(slices.Clone(s), from, from+size)); ok && len(t) < len(s) {
				s = t
			} else {
				from += size
			}
		}
	}
	return s
}
