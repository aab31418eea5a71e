package workload

import (
	"math"
	"math/rand/v2"
	"sort"
)

// zipf draws numbers 0 … n-1, number i with a weight of 1/(i+1)^s. The weights are integers, so that a draw is the
// same on every machine.
type zipf struct{ upTo []uint64 }

func newZipf(n int, s float64) *zipf {
	z := &zipf{upTo: make([]uint64, n)}
	sum := uint64(0)
	for i := range z.upTo {
		sum += uint64(max(1, math.Round(1e9/math.Pow(float64(i+1), s))))
		z.upTo[i] = sum
	}
	return z
}

func (z *zipf) draw(r *rand.Rand) int {
	x := r.Uint64N(z.upTo[len(z.upTo)-1])
	return sort.Search(len(z.upTo), func(i int) bool { return x < z.upTo[i] })
}
