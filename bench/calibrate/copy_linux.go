package calibrate

import "fmt"

// probeCopies copies pages that are in this CPU's caches, in another CPU's, and in memory.
func probeCopies(l *lab) error {
	const n = 16
	const memory = 64 << 20 / pageSize
	mem, free, err := pages(memory)
	if err != nil {
		return err
	}
	defer free()
	to := make([]byte, pageSize)
	copyFrom := func(first int) {
		for i := range n {
			copy(to, mem[(first+i)*pageSize:(first+i+1)*pageSize])
		}
	}
	s, err := l.alone(l.top[0], 200, n, func() { copyFrom(0) })
	if err != nil {
		return err
	}
	l.reportSeries("page copy, own cache", fmt.Sprintf("%d pages copied again and again", n), s)
	for c, pairs := range l.top.pairs() {
		name := "page copy, " + class(c).String()
		if len(pairs) == 0 {
			l.report(name, "ns", "", Estimate{}, errNoPair)
			continue
		}
		// In even rounds the other CPU writes the pages, in odd ones they are copied here.
		laps, err := l.together(pairs[0][:], 300, func(slot, round int) {
			switch {
			case slot == 1 && round%2 == 0:
				for i := range n * pageSize {
					mem[i]++
				}
			case slot == 0 && round%2 == 1:
				copyFrom(0)
			}
		})
		if err != nil {
			return err
		}
		s := new(Series)
		for r := 1; r < len(laps[0]); r += 2 {
			s.add(float64(laps[0][r].end-laps[0][r].begin)/n, laps[0][r].clean)
		}
		l.reportSeries(name, "pages that a CPU there has just written", s)
	}
	at := 0
	s, err = l.alone(l.top[0], 200, n, func() {
		copyFrom(at)
		at = (at + 977*n) % (memory - n)
	})
	if err != nil {
		return err
	}
	l.reportSeries("page copy, memory", "pages of 64 MiB, each long after its last use", s)
	return nil
}
