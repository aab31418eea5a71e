package calibrate

import (
	"fmt"

	"lwbench/bench/calibrate/lab"
)

// probeCopies copies pages that are in this CPU's caches, in another CPU's, and in memory.
func probeCopies(l *prober) error {
	const n = 16
	const memory = 64 << 20 / lab.PageSize
	mem, free, err := pages(memory)
	if err != nil {
		return err
	}
	defer free()
	to := make([]byte, lab.PageSize)
	copyFrom := func(first int) {
		for i := range n {
			copy(to, mem[(first+i)*lab.PageSize:(first+i+1)*lab.PageSize])
		}
	}
	err = l.reportAlone("page copy, own cache", fmt.Sprintf("%d pages copied again and again", n), 200, n, func() { copyFrom(0) })
	if err != nil {
		return err
	}
	for c, pairs := range l.Top.Pairs() {
		name := "page copy, " + lab.Class(c).String()
		if len(pairs) == 0 {
			l.report(name, "ns", "", lab.Estimate{}, lab.ErrNoPair)
			continue
		}
		// In even rounds the other CPU writes the pages, in odd ones they are copied here.
		laps, err := l.Together(pairs[0][:], 300, func(slot, round int) {
			switch {
			case slot == 1 && round%2 == 0:
				for i := range n * lab.PageSize {
					mem[i]++
				}
			case slot == 0 && round%2 == 1:
				copyFrom(0)
			}
		})
		if err != nil {
			return err
		}
		s := new(lab.Series)
		for r := 1; r < len(laps[0]); r += 2 {
			s.Add(float64(laps[0][r].End-laps[0][r].Begin)/n, laps[0][r].Clean)
		}
		l.reportSeries(name, "pages that a CPU there has just written", s)
	}
	at := 0
	return l.reportAlone("page copy, memory", "pages of 64 MiB, each long after its last use", 200, n, func() {
		copyFrom(at)
		at = (at + 977*n) % (memory - n)
	})
}
