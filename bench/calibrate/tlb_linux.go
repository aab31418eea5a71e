package calibrate

import (
	"errors"
	"math"
	"math/rand/v2"
	"unsafe"

	"lwbench/bench/calibrate/lab"
	"lwbench/bench/spread"
)

// probeTLB reads one line of each of n pages in a random cycle, and as many lines packed into as few pages as
// possible. The difference is the cost of the TLB: nothing up to the entries of its first level, a second-level hit
// up to the entries of that, a page walk beyond.
func probeTLB(l *prober) error {
	sizes := tlbSizes()
	mem, free, err := pages(sizes[len(sizes)-1])
	if err != nil {
		return err
	}
	defer free()
	extra, off := make([]float64, len(sizes)), make([]float64, len(sizes))
	least := 1 << 30
	for i, n := range sizes {
		spread, err1 := l.chase(mem, n, func(k int) int { return k*lab.PageSize + k%(lab.PageSize/64)*64 })
		packed, err2 := l.chase(mem, n, func(k int) int { return k * 64 })
		if l.Err() != nil {
			return l.Err()
		}
		if err = errors.Join(err1, err2); err != nil {
			break
		}
		d := spread.Minus(packed)
		extra[i], off[i], least = d.Median, math.Abs(d.Spread*d.Median), min(least, d.N)
	}
	var t tlb
	if err == nil {
		t, err = readTLB(sizes, extra)
	}
	const how = "one line of each of n pages in a random cycle, less as many lines packed together; "
	noise, noiseErr := spread.Median(off)
	err = errors.Join(err, noiseErr)
	one := func(v, off float64) lab.Estimate {
		return lab.Estimate{Median: v, Spread: off / max(v, 1e-9), N: least}
	}
	l.report("TLB, first level", "entries", how+"the cost rises above", one(float64(t.l1), 0), err)
	l.report("TLB, second level", "entries", how+"the cost rises again above", one(float64(t.l2), 0), err)
	l.report("TLB, second-level hit", "ns", how+"between the knees", one(t.hit2, noise), err)
	l.report("TLB, page walk", "ns", how+"beyond the second knee", one(t.walk, noise), err)
	return nil
}

// chase returns the time of one read in a random cycle over n lines, the k-th at the given offset.
func (l *prober) chase(mem []byte, n int, at func(k int) int) (lab.Estimate, error) {
	const reads = 4000
	order := rand.New(rand.NewPCG(1, uint64(n))).Perm(n)
	for i, k := range order {
		*(*uint64)(unsafe.Pointer(&mem[at(k)])) = uint64(at(order[(i+1)%n]))
	}
	base := unsafe.Pointer(&mem[0])
	next := uint64(at(order[0]))
	s, err := l.Alone(l.Top[0], 31, reads, func() {
		p := next
		for range reads {
			p = *(*uint64)(unsafe.Add(base, p))
		}
		next = p
	})
	if err != nil {
		return lab.Estimate{}, err
	}
	return s.Estimate()
}
