package here

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"lwbench/bench/calibrate/lab"
)

// times is the number of measurements of each cost.
const times = 300

// measureCosts measures the kernel's own costs on one thread.
func measureCosts(l *lab.Lab) (c Costs, err error) {
	w, err := lab.NewWindow(filePages)
	if err != nil {
		return c, err
	}
	defer w.Close()
	var failed error
	err = l.Pinned(l.Top[:1], func(int) { c, failed = costsOf(l, &real{w: w}) }, func() {})
	if err = errors.Join(err, failed); err == nil && !c.ok() {
		err = fmt.Errorf("the kernel's costs could not be measured: %+v", c)
	}
	for _, n := range threadCounts(len(l.Top)) {
		if n == 1 || err != nil {
			continue
		}
		var k Contention
		if k, err = contention(l, &c, n); err == nil {
			c.Contended = append(c.Contended, k)
		}
	}
	return c, err
}

// contention measures the cost that threads cause each other. One round maps pages with nothing present, all under
// one lock; the next touches them for the first time; the last one, which is not measured, unmaps them.
func contention(l *lab.Lab, c *Costs, threads int) (Contention, error) {
	k := Contention{Threads: threads}
	mem, done, err := parts(threads)
	if err != nil {
		return k, err
	}
	defer done()
	states, failed := make([]*state, threads), make([]error, threads)
	for i := range states {
		states[i] = newState(i)
	}
	on := append([]lab.Place{l.Top[0]}, l.Top.Near()[:threads-1]...)
	defer func(most time.Duration) { l.Most = most }(l.Most)
	l.Most *= 4 // all further predictions for several threads rest on it
	maps, touches := make([][]lab.Lap, threads), make([][]lab.Lap, threads)
	laps, err := l.Together(on, 2*times, func(slot, round int) {
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
		return k, err
	}
	for i, list := range laps {
		for r := 0; r+1 < len(list); r += 3 {
			maps[i], touches[i] = append(maps[i], list[r]), append(touches[i], list[r+1])
		}
	}
	mapped, err1 := own(maps, slots).Estimate()
	faulted, err2 := own(touches, slots).Estimate()
	k.Lock, k.Fault = mapped.Median/float64(threads)-c.MapFree, faulted.Median
	if err = cmp.Or(err1, err2); err != nil {
		err = fmt.Errorf("the contention of %d threads in the kernel could not be measured: %w", threads, err)
	}
	return k, err
}

// costsOf measures them on the calling thread, in a window that is full like a pattern's.
func costsOf(l *lab.Lab, m memory) (c Costs, err error) {
	s := newState(0)
	if err := prepare(m, s); err != nil {
		return c, err
	}
	slot := 0
	cost := func(prepare, operation func() error) (ns float64) {
		if err != nil {
			return 0
		}
		series, e := l.Timed(times, nil, func() error { slot, _ = s.draw(0); return prepare() }, operation)
		estimate, e2 := series.Estimate()
		err = errors.Join(e, e2)
		return estimate.Median
	}
	mapIt := func() error { return m.mapPage(slot, s.next()) }
	touched := func() error { err := mapIt(); m.touch(slot); return err }
	unmapped := func() error { return m.unmap(slot, 1) }
	c.MapFree = cost(unmapped, mapIt)
	c.MapOver = cost(touched, mapIt)
	c.Fault = cost(mapIt, func() error { m.touch(slot); return nil })
	c.Unmap1 = cost(touched, unmapped)
	all := cost(func() error { return prepare(m, s) }, func() error { return m.unmap(0, slots) })
	c.Unmap = (all - c.Unmap1) / (slots - 1)
	if err != nil {
		return c, err
	}
	const touches = 5000
	if err := prepare(m, s); err != nil {
		return c, err
	}
	c.Touch = cost(func() error { return nil }, func() error {
		for range touches {
			slot, _ := s.draw(1)
			m.touch(slot)
		}
		return nil
	}) / touches
	return c, err
}
