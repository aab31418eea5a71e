package calibrate

import (
	"errors"

	"lwbench/bench/spread"
)

// tlbSizes lists the numbers of pages whose lines are read in turn.
func tlbSizes() []int {
	return []int{
		8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128, 160, 192, 256, 320, 384, 448, 512,
		640, 768, 1024, 1280, 1536, 1792, 2048, 2304, 2560, 3072, 3584, 4096, 5120, 6144, 8192,
	}
}

// tlb is derived from the cost of reading n pages, in entries and nanoseconds.
type tlb struct {
	l1, l2     int
	hit2, walk float64
}

// The minimum cost of a second-level hit and of a page walk, in nanoseconds: smaller rises are ignored.
const (
	leastHit  = 0.5
	leastWalk = 3
)

// errNoKnee is the error if the cost of more pages does not rise as with a TLB.
var errNoKnee = errors.New("the cost of reading more pages shows no TLB: the host was too busy, or its pages are larger than 4 KiB")

// readTLB finds the knees. sizes are numbers of pages, extra the cost of reading that many beyond the reading itself.
func readTLB(sizes []int, extra []float64) (t tlb, err error) {
	level := func(least, most int) float64 {
		var in []float64
		for i, n := range sizes {
			if n >= least && n <= most {
				in = append(in, extra[i])
			}
		}
		m, e := spread.Median(in)
		err = errors.Join(err, e)
		return m
	}
	base, second, walk := level(0, 32), level(192, 512), level(sizes[len(sizes)-3], sizes[len(sizes)-1])
	if err != nil {
		return t, err
	}
	t.hit2, t.walk = second-base, walk-base
	if t.walk < 2*t.hit2 { // one level, and 192 pages exceed it
		at, ok := knee(extra, base, walk, leastWalk)
		if !ok {
			return t, errNoKnee
		}
		t.l1, t.l2, t.hit2 = sizes[at], 0, 0
		return t, nil
	}
	first, ok1 := knee(extra, base, second, leastHit)
	last, ok2 := knee(extra, second, walk, leastWalk)
	if !ok1 || !ok2 || first >= last {
		return t, errNoKnee
	}
	t.l1, t.l2 = sizes[first], sizes[last]
	return t, nil
}
