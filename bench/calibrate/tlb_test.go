package calibrate

import (
	"errors"
	"testing"
)

// curve is the cost of reading n pages with a TLB of two levels that is slightly smaller than its full size.
func curve(l1, l2 int, hit2, walk float64) (extra []float64) {
	for i, n := range tlbSizes() {
		v := 0.03 * float64(i%2)
		switch {
		case l2 > 0 && n > l2:
			v += hit2 + (walk-hit2)*min(1, float64(n-l2)/float64(l2))
		case n > l1 && l2 > 0:
			v += hit2
		case n > l1:
			v += walk
		}
		extra = append(extra, v)
	}
	return extra
}

func TestReadTLB(t *testing.T) {
	for _, k := range []struct {
		l1, l2     int
		hit2, walk float64
	}{{64, 2048, 3, 35}, {72, 2304, 2, 25}, {64, 1024, 3, 17}, {64, 1536, 2.5, 20}, {48, 1280, 1.5, 15}, {64, 0, 0, 30}} {
		got, err := readTLB(tlbSizes(), curve(k.l1, k.l2, k.hit2, k.walk))
		if err != nil {
			t.Errorf("%+v: %v", k, err)
			continue
		}
		if got.l1 != k.l1 || got.l2 != k.l2 {
			t.Errorf("%+v: %d and %d entries", k, got.l1, got.l2)
		}
		if got.hit2 < 0.9*k.hit2 || got.hit2 > 1.1*k.hit2 || got.walk < 0.9*k.walk || got.walk > 1.1*k.walk {
			t.Errorf("%+v: a hit takes %v, a walk %v", k, got.hit2, got.walk)
		}
	}
	if _, err := readTLB(tlbSizes(), make([]float64, len(tlbSizes()))); !errors.Is(err, errNoKnee) {
		t.Error(err)
	}
}

func TestTLBShape(t *testing.T) {
	for _, k := range []struct {
		entries    int
		near       float64
		sets, ways int
	}{
		{64, 4, 16, 4}, {64, 64, 1, 64}, {72, 4, 8, 9}, {2048, 8, 256, 8}, {1536, 12, 128, 12}, {2304, 8, 256, 9}, {3, 4, 1, 3},
	} {
		if s, w := tlbShape(k.entries, k.near); s != k.sets || w != k.ways {
			t.Errorf("%d entries near %v ways: %d x %d, want %d x %d", k.entries, k.near, s, w, k.sets, k.ways)
		}
	}
}
