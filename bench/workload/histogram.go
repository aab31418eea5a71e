package workload

import (
	"math/bits"

	"lwbench/mmu"
)

const (
	subBits = 5 // 32 sub-buckets per octave: a bucket is at most 1/32 of its value wide
	octaves = 60 - subBits
)

// Histogram counts values on a log-linear scale: 32 buckets for each power of two, in a fixed array. The zero value
// is empty. It is not safe for concurrent use.
type Histogram struct {
	count [octaves << subBits]int64
	n     int64
	max   mmu.Cycles
}

// bucket returns the bucket of v: v itself below 32, then 32 for each octave.
func bucket(v mmu.Cycles) int {
	if v < 1<<subBits {
		return int(max(v, 0))
	}
	shift := bits.Len64(uint64(v)) - subBits - 1
	return min((shift+1)<<subBits+int(v>>shift)-1<<subBits, octaves<<subBits-1)
}

// upper returns the largest value of bucket i.
func upper(i int) mmu.Cycles {
	if i < 1<<subBits {
		return mmu.Cycles(i)
	}
	shift := i>>subBits - 1
	return (mmu.Cycles(i&(1<<subBits-1)+1<<subBits)+1)<<shift - 1
}

// Record counts v; negative values count as 0.
func (h *Histogram) Record(v mmu.Cycles) {
	h.count[bucket(v)]++
	h.n++
	h.max = max(h.max, v)
}

// Count returns the number of recorded values.
func (h *Histogram) Count() int64 { return h.n }

// Max returns the largest recorded value, exactly; 0 if there is none.
func (h *Histogram) Max() mmu.Cycles { return h.max }

// Quantile returns a value that at least the fraction q (0 to 1) of the recorded values does not exceed. It is at
// most 1/32 too large, and never larger than Max.
func (h *Histogram) Quantile(q float64) mmu.Cycles {
	left := int64(q * float64(h.n))
	if float64(left) < q*float64(h.n) {
		left++
	}
	left = max(left, 1)
	for i, n := range h.count {
		if left -= n; left <= 0 {
			return min(upper(i), h.max)
		}
	}
	return h.max
}

// Merge adds the values of o.
func (h *Histogram) Merge(o *Histogram) {
	for i, n := range o.count {
		h.count[i] += n
	}
	h.n += o.n
	h.max = max(h.max, o.max)
}

// Each calls f for every non-empty bucket, in order, with its largest value.
func (h *Histogram) Each(f func(upTo mmu.Cycles, n int64)) {
	for i, n := range h.count {
		if n > 0 {
			f(upper(i), n)
		}
	}
}
