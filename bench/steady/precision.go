package steady

import "math"

// quantiles are those of Student's t distribution at 97.5 %, by degrees of freedom from 1.
var quantiles = [batches - 1]float64{
	12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
}

// precision estimates, from the batches between the points of a window, how precisely its cost and its throughput are known.
// Both are ratios of sums over batches, so the batches need not be of one size.
func precision(window []Point) Verdict {
	first, last := window[0], window[len(window)-1]
	if last.Ops == first.Ops || len(window) < 3 {
		return Verdict{Cost: 1, Throughput: 1}
	}
	var ops, busy, time []float64
	for i, p := range window[1:] {
		ops = append(ops, float64(p.Ops-window[i].Ops))
		busy = append(busy, float64(p.Busy-window[i].Busy))
		time = append(time, float64(p.At-window[i].At))
	}
	return Verdict{Cost: halfWidth(busy, ops), Throughput: halfWidth(ops, time)}
}

// halfWidth is the relative 95 % half-width of the ratio of the sums of a and b, by the residuals of each pair from the
// common ratio (Cochran, Sampling Techniques, 1977, 6.3). At most 1.
func halfWidth(a, b []float64) float64 {
	var sumA, sumB float64
	for i := range a {
		sumA += a[i]
		sumB += b[i]
	}
	if sumA == 0 || sumB == 0 {
		return 1
	}
	var squares float64
	for i := range a {
		d := a[i] - sumA/sumB*b[i]
		squares += d * d
	}
	n := float64(len(a))
	return min(1, quantiles[len(a)-2]*math.Sqrt(squares/(n-1)*n)/sumA)
}
