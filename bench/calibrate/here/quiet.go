package here

import "lwbench/bench/calibrate/lab"

// attempts is how often a measurement is made at most while others disturb it.
const attempts = 5

// quietest measures until no other process disturbs it, at most attempts times, and returns what it measured under the least
// load. Only the load decides which attempt counts, never what it measured. during is lab.During.
func quietest[T any](during func(func() error) (lab.Load, error), measure func() (T, error)) (best T, load lab.Load, err error) {
	for i := range attempts {
		var v T
		now, e := during(func() (e error) {
			v, e = measure()
			return e
		})
		if i == 0 || now.Level() < load.Level() {
			best, load, err = v, now, e
		}
		if !load.Disturbed() {
			break
		}
	}
	return best, load, err
}
