package calibrate

import (
	"errors"
	"math"
	"testing"
)

// steps is the cost of invalidating n pages: a call, a PTE and an invalidation each up to the ceiling, a flush above
// it.
func steps(ceiling int, call, pte, page, all, noise float64) (cost []float64) {
	for i, n := range flushSizes() {
		v := call + pte*float64(n) + page*float64(n)
		if n > ceiling {
			v = call + pte*float64(n) + all
		}
		cost = append(cost, v+noise*float64(i*7%5-2))
	}
	return cost
}

func TestReadFlush(t *testing.T) {
	for _, k := range []struct {
		ceiling          int
		page, all, noise float64
	}{{33, 60, 300, 20}, {33, 45, 200, 0}, {16, 150, 400, 30}, {33, 100, 2000, 10}} {
		f, err := readFlush(flushSizes(), steps(k.ceiling, 9000, 40, k.page, k.all, k.noise))
		if err != nil {
			t.Errorf("%+v: %v", k, err)
			continue
		}
		if f.ceiling != k.ceiling || math.Abs(f.page-k.page) > 0.1*k.page || math.Abs(f.all-k.all) > 3*k.noise+1 {
			t.Errorf("%+v: %+v", k, f)
		}
	}
	for name, cost := range map[string][]float64{
		"no ceiling":        steps(1000, 9000, 40, 60, 0, 20),
		"nothing per page":  steps(33, 9000, 40, 0, 0, 20),
		"dearer beyond":     steps(33, 9000, 40, 60, 9000, 20),
		"lost in the noise": steps(33, 9000, 40, 5, 0, 400),
	} {
		if f, err := readFlush(flushSizes(), cost); !errors.Is(err, errNoCeiling) {
			t.Errorf("%s: %+v %v", name, f, err)
		}
	}
}
