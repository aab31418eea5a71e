package here

import (
	"errors"
	"fmt"
	"math"

	"lwbench/bench/calibrate/lab"
)

// real is a thread's part of a window of real addresses.
type real struct {
	w    *lab.Window
	base int // its first slot
	file int // its first page
}

func (r *real) mapPage(slot, page int) error { return r.w.Map(r.base+slot, r.file+page, 1) }
func (r *real) touch(slot int)               { r.w.Touch(r.base+slot, 1) }
func (r *real) unmap(slot, n int) error      { return r.w.Reserve(r.base+slot, n) }

// parts makes a window for that number of threads and returns each one's part, and a function that frees it.
func parts(threads int) (list []memory, done func(), err error) {
	w, err := lab.NewWindow(threads * filePages) // as many as the file; the slots use a part of the addresses
	if err != nil {
		return nil, nil, err
	}
	for i := range threads {
		list = append(list, &real{w, i * slots, i * filePages})
	}
	return list, w.Close, nil
}

// on returns the places of that number of threads.
func on(l *lab.Lab, threads int) []lab.Place {
	return append([]lab.Place{l.Top[0]}, l.Top.Near()[:threads-1]...)
}

// runs is how often a round of a pattern is measured in a round of the comparison.
const runs = 25

// measure runs a pattern on real threads and returns the nanoseconds of one operation on its thread.
func measure(l *lab.Lab, p *Pattern, threads int) (*lab.Series, error) {
	mem, done, err := parts(threads)
	if err != nil {
		return nil, err
	}
	defer done()
	states, failed := make([]*state, threads), make([]error, threads)
	for i := range mem {
		states[i] = newState(i)
		if err := prepare(mem[i], states[i].apart); err != nil {
			return nil, err
		}
	}
	laps, err := l.Together(on(l, threads), runs, func(slot, _ int) {
		if err := p.round(mem[slot], states[slot]); err != nil {
			failed[slot] = err
		}
	})
	if err = errors.Join(append(failed, err)...); err != nil {
		return nil, fmt.Errorf("%s on %d threads: %w", p.Name, threads, err)
	}
	return own(laps, float64(p.Ops)), nil
}

// leastOverlap is the minimum share of a thread's time in a round during which all threads must have run, for the
// round to count.
const leastOverlap = 0.7

// own makes a series from rounds: the time of one of the operations on its thread, averaged over the threads. A round
// is dropped if a thread was descheduled, or started when another had almost ended.
func own(laps [][]lab.Lap, operations float64) *lab.Series {
	s := new(lab.Series)
	for round := range laps[0] {
		sum, clean := int64(0), true
		first, last := int64(math.MinInt64), int64(math.MaxInt64) // while all run
		for _, list := range laps {
			if round >= len(list) {
				return s
			}
			sum += list[round].End - list[round].Begin
			first, last = max(first, list[round].Begin), min(last, list[round].End)
			clean = clean && list[round].Clean
		}
		mean := float64(sum) / float64(len(laps))
		s.Add(mean/operations, clean && float64(last-first) >= leastOverlap*mean)
	}
	return s
}
