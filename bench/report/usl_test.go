package report

import (
	"math"
	"testing"
)

// curveOf makes the costs that the law gives.
func curveOf(one, sigma, kappa float64, cpus []int) (cost []float64) {
	u := usl{One: one, Sigma: sigma, Kappa: kappa}
	for _, n := range cpus {
		cost = append(cost, u.cost(float64(n)))
	}
	return cost
}

func TestUSLFindsTheCoefficients(t *testing.T) {
	for _, cpus := range [][]int{{1, 2, 4, 8, 16, 32, 64}, {1, 3, 5, 7}, {2, 15, 120, 1024}} {
		for _, k := range [][3]float64{{700, 0, 0}, {700, 0.03, 0}, {565, 0.02, 0.0005}, {1e-7, 0.3, 1e-6}, {1, 0, 0.01}, {1e6, 0.9, 0.2}} {
			u, ok := fitUSL(cpus, curveOf(k[0], k[1], k[2], cpus))
			near := func(got, want float64) bool { return math.Abs(got-want) <= 1e-6*max(want, 1e-3) }
			if !ok || !near(u.One/k[0], 1) || !near(u.Sigma, k[1]) || !near(u.Kappa, k[2]) || u.poor() || u.Worst > 1e-6 {
				t.Errorf("%v on %v CPUs: got %+v, %v", k, cpus, u, ok)
			}
		}
	}
}

func TestUSLPeak(t *testing.T) {
	u, _ := fitUSL([]int{1, 2, 4, 8, 16}, curveOf(100, 0.1, 0.009, []int{1, 2, 4, 8, 16}))
	if got := u.peak(); math.Abs(got-10) > 1e-6 {
		t.Errorf("peak at %v, want 10", got)
	}
	if u, _ := fitUSL([]int{1, 2, 4, 8}, curveOf(100, 0.1, 0, []int{1, 2, 4, 8})); !math.IsInf(u.peak(), 1) {
		t.Errorf("peak at %v without coherency, want +Inf", u.peak())
	}
}

func TestUSLWithNoise(t *testing.T) {
	cpus := []int{1, 2, 4, 8, 16, 32, 64}
	cost := curveOf(500, 0.05, 0.001, cpus)
	for i := range cost {
		cost[i] *= 1 + 0.02*float64(1-2*(i%2))
	}
	u, ok := fitUSL(cpus, cost)
	if !ok || u.poor() || math.Abs(u.Sigma-0.05) > 0.02 || math.Abs(u.Kappa-0.001) > 0.0003 {
		t.Errorf("2 %% of noise: got %+v, %v", u, ok)
	}
}

func TestUSLSaysWhenItDoesNotDescribe(t *testing.T) {
	cpus := []int{1, 2, 4, 8, 16, 32, 64}
	if u, ok := fitUSL(cpus, []float64{500, 520, 510, 9000, 9100, 9050, 500000}); !ok || !u.poor() {
		t.Errorf("steps: got %+v, %v, want a poor fit", u, ok)
	}
	// superlinear: cost falls; the coefficients stay at zero and the fit is poor
	if u, ok := fitUSL(cpus, []float64{6400, 3200, 1600, 800, 400, 200, 100}); !ok || u.Sigma < 0 || u.Kappa < 0 || !u.poor() {
		t.Errorf("superlinear: got %+v, %v", u, ok)
	}
	if _, ok := fitUSL([]int{1, 2, 4}, []float64{1, 2, 3}); ok {
		t.Error("three points were fitted with three coefficients")
	}
}
