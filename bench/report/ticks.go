package report

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// xTicks labels the x values themselves unless the labels overlap.
func xTicks(xs []float64) (ticks []plot.Tick) {
	span := math.Log(xs[len(xs)-1] / xs[0])
	last := math.Inf(-1)
	for i, x := range xs {
		at := math.Log(x / xs[0])
		label := tick(x, "")
		if x < 1e5 && x == math.Trunc(x) {
			label = strconv.Itoa(int(x)) // powers of two need all their digits
		}
		if i > 0 && i < len(xs)-1 && (at-last < span*0.055 || span-at < span*0.055) {
			label = ""
		} else {
			last = at
		}
		ticks = append(ticks, plot.Tick{Value: x, Label: label})
	}
	return ticks
}

// logTicks puts labels at powers of ten, in a short range also at 2 and 5 times each, and in a very short range evenly. The
// other multiples have short ticks.
func logTicks(lo, hi float64, unit string) (ticks []plot.Tick) {
	decades := math.Log10(hi / lo)
	if decades < 0.75 {
		return linearTicks(lo, hi, unit)
	}
	every := 1 + int(decades/8)
	for e := math.Floor(math.Log10(lo)); e <= math.Ceil(math.Log10(hi)); e++ {
		for m := 1.0; m < 10; m++ {
			v := m * math.Pow(10, e)
			if v < lo || v > hi {
				continue
			}
			label := ""
			if (m == 1 && int(e)%every == 0) || (decades < 2.2 && (m == 2 || m == 5)) {
				label = tick(v, unit)
			}
			ticks = append(ticks, plot.Tick{Value: v, Label: label})
		}
	}
	return ticks
}

// linearTicks puts four to nine labels at round values.
func linearTicks(lo, hi float64, unit string) (ticks []plot.Tick) {
	step := math.Pow(10, math.Floor(math.Log10((hi-lo)/4)))
	for _, m := range []float64{5, 2} {
		if (hi-lo)/(step*m) >= 4 {
			step *= m
			break
		}
	}
	for k := math.Ceil(lo / step); k*step <= hi; k++ {
		v := k * step
		ticks = append(ticks, plot.Tick{Value: v, Label: tick(v, unit)})
	}
	return ticks
}
