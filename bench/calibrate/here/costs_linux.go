package here

import (
	"errors"

	"lwbench/bench/calibrate/lab"
)

// times is the number of measurements of each cost in a round.
const times = 40

// measureCosts measures the kernel's own costs on one thread, and those of several threads of which none removes a
// page. Costs of which too few samples were undisturbed are NaN.
func measureCosts(l *lab.Lab) (c Costs, err error) {
	w, err := lab.NewWindow(filePages)
	if err != nil {
		return c, err
	}
	defer w.Close()
	var failed error
	err = l.Pinned(l.Top[:1], func(int) { c, failed = costsOf(l, &real{w: w}) }, func() {})
	if err = errors.Join(err, failed); err != nil {
		return c, err
	}
	alone, err := inARow(l, 1)
	if err != nil {
		return c, err
	}
	c.MapNext, c.FaultNext = alone.mapped, alone.fault
	for _, n := range threadCounts(len(l.Top)) {
		if n == 1 {
			continue
		}
		together, err := inARow(l, n)
		if err != nil {
			return c, err
		}
		c.Contended = append(c.Contended, Contention{
			Threads: n, Lock: together.mapped/float64(n) - alone.mapped, Fault: together.fault - alone.fault,
		})
	}
	return c, nil
}

// row is what a call takes in a row of the same calls, in nanoseconds.
type row struct{ mapped, fault float64 }

// inARow measures threads that do nothing else. In one round each maps pages with nothing present, all under one lock;
// in the next it touches them for the first time; in the last, which is not measured, it unmaps them.
func inARow(l *lab.Lab, threads int) (row, error) {
	mem, done, err := parts(threads)
	if err != nil {
		return row{}, err
	}
	defer done()
	states, failed := make([]*state, threads), make([]error, threads)
	for i := range states {
		states[i] = newState(i)
	}
	maps, touches := make([][]lab.Lap, threads), make([][]lab.Lap, threads)
	laps, err := l.Together(on(l, threads), 3*times, func(slot, round int) {
		m := mem[slot]
		for at := range slots {
			if round%3 == 0 {
				failed[slot] = errors.Join(failed[slot], m.mapPage(at, states[slot].next()))
			} else if round%3 == 1 {
				m.touch(at)
			}
		}
		if round%3 == 2 {
			failed[slot] = errors.Join(failed[slot], m.unmap(0, slots))
		}
	})
	if err = errors.Join(append(failed, err)...); err != nil {
		return row{}, err
	}
	for i, list := range laps {
		for r := 0; r+1 < len(list); r += 3 {
			maps[i], touches[i] = append(maps[i], list[r]), append(touches[i], list[r+1])
		}
	}
	return row{median(own(maps, slots)), median(own(touches, slots))}, nil
}

// costsOf measures them on the calling thread, in a window that is full like a pattern's.
func costsOf(l *lab.Lab, m memory) (c Costs, err error) {
	s := newState(0)
	if err := prepare(m, s.apart); err != nil {
		return c, err
	}
	slot := 0
	cost := func(prepare, operation func() error) (ns float64) {
		if err != nil {
			return 0
		}
		series, e := l.Timed(times, nil, func() error { slot, _ = s.draw(0); return prepare() }, operation)
		err = e
		return median(series)
	}
	mapIt := func() error { return m.mapPage(slot, s.apart()) }
	touched := func() error { err := mapIt(); m.touch(slot); return err }
	unmapped := func() error { return m.unmap(slot, 1) }
	c.MapFree = cost(unmapped, mapIt)
	c.MapOver = cost(touched, mapIt)
	c.Fault = cost(mapIt, func() error { m.touch(slot); return nil })
	c.Unmap1 = cost(touched, unmapped)
	c.UnmapN = cost(func() error { return prepare(m, s.next) }, func() error { return m.unmap(0, slots) })
	if err != nil {
		return c, err
	}
	const touches = 5000
	if err := prepare(m, s.apart); err != nil {
		return c, err
	}
	c.Touch = cost(func() error { return nil }, func() error { touchSome(m, s, 1, touches); return nil }) / touches
	return c, err
}

// touchSome touches n drawn slots, each with the given probability. It is not inlined: with a probability that the
// compiler knows a draw would cost less than in a pattern.
//
//go:noinline
func touchSome(m memory, s *state, probability float32, n int) {
	for range n {
		if slot, found := s.draw(probability); found {
			m.touch(slot)
		}
	}
}
