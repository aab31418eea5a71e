package schedule

import "slices"

// Shrink drops deviations from a failing schedule for as long as fails, which makes a run under it, still says so: larger
// pieces first, then one by one. most bounds the number of runs. It returns the shortest schedule that failed, with what the
// run really chose.
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
