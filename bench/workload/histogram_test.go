package workload

import (
	"math/rand/v2"
	"slices"
	"testing"

	"lwbench/mmu"
)

func TestHistogramAgainstSorting(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var h, a, b Histogram
		var all []mmu.Cycles
		for i := range 1 + r.IntN(2000) {
			v := mmu.Cycles(r.Uint64N(1 << (1 + r.UintN(50))))
			all = append(all, v)
			h.Record(v)
			if i%2 == 0 {
				a.Record(v)
			} else {
				b.Record(v)
			}
		}
		a.Merge(&b)
		if a != h {
			t.Fatal("merged histograms differ from a recorded one")
		}
		slices.Sort(all)
		for _, q := range []float64{0, 0.01, 0.5, 0.9, 0.99, 1} {
			i := max(int(q*float64(len(all))+0.999999)-1, 0)
			exact, got := all[min(i, len(all)-1)], h.Quantile(q)
			if got < exact || float64(got) > float64(exact)*(1+1.0/32)+1 {
				t.Fatalf("quantile %v of %d values: %d, exactly %d", q, len(all), got, exact)
			}
		}
		if h.Max() != all[len(all)-1] || h.Count() != int64(len(all)) {
			t.Fatal("max or count")
		}
	}
}

func TestHistogramBuckets(t *testing.T) {
	for i := range octaves<<subBits - 1 {
		if bucket(upper(i)) != i || bucket(upper(i)+1) != i+1 {
			t.Fatalf("bucket %d ends at %d: %d, %d", i, upper(i), bucket(upper(i)), bucket(upper(i)+1))
		}
	}
}

func BenchmarkHistogram(b *testing.B) {
	var h Histogram
	for i := range b.N {
		h.Record(mmu.Cycles(i * 7919 & 0xfffff))
	}
}
